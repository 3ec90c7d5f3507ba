"""The dataset's look-up index: a layer of each delivery, shown together; rebuilt from files where one is lost."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import keys, layers, merging
from shudao.contexts.pool.adapters.held import Holder
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.models import Snapshot
from shudao.plane.lookup import checking, current, erasing, rekey
from shudao.plane.lookup.contracts import Found, IndexDamaged, IndexMissing
from shudao.plane.lookup.layer import Layer
from shudao.plane.lookup.reader import IndexReader

FOLDER = "index"
_readers: dict[tuple[int, Path], IndexReader] = {}


def path(dataset: str) -> Path:
    """Return the index's folder."""
    return Path(settings.POOL_ROOT) / FOLDER / dataset


def show(snapshot: Snapshot, live: Live, contract: DatasetContract) -> None:
    """Let the index show `snapshot`: its layers where their pages are as they were written, else one made anew."""
    place, names = path(contract.code), list(snapshot.layers)
    _let_go(place)
    doubted = (place / current.NAME).exists() and current.looked(place) is None
    anew = not names or any(_broken(contract.code, name, doubted=doubted) for name in names)
    if anew:
        names = rebuild(snapshot, live, contract)
    key = keys.sealing_key(keys.INDEX)
    as_of = snapshot.as_of.astimezone(UTC).isoformat(timespec="seconds")
    current.publish(place, key.secret, key.id, contract.code, snapshot=snapshot.number, as_of=as_of, layers=names)
    current.clean(place, names)
    if anew or not doubted:
        current.trust(place)
    # Readers look for a new index once a second; who made it sees it at once.
    _let_go(place)


def rebuild(snapshot: Snapshot, live: Live, contract: DatasetContract) -> list[str]:
    """Make one layer of all rows of a snapshot, and let the manifest name it."""
    holder = Holder(contract, Hasher(keys.subject_key()))
    with layers.writer(path(contract.code), contract) as layer:
        for table in merging.rows(live, holder, keys.opening_keys(keys.FILES)):
            layers.add(layer, table, holder)
        names = [layer.finish().name]
    snapshot.layers = names
    snapshot.save(update_fields=["layers"])
    return names


def _broken(dataset: str, name: str, *, doubted: bool) -> bool:
    """Whether a layer is not to be shown: it does not open or, where somebody met damage, a page was changed."""
    place, secrets = path(dataset), keys.opening_keys(keys.INDEX)
    if doubted:
        return bool(checking.damaged(place, name, secrets, dataset))
    try:
        with contextlib.closing(Layer(place, name, secrets, dataset)) as layer:
            layer.check_size()
    except IndexDamaged:
        return True
    return False


def problem(dataset: str, layers: list[str], *, all_of_it: bool) -> str:
    """
    Say what is wrong with the index, "" where nothing is; it is believed from then on.

    Args:
        layers: Those that it should show.
        all_of_it: Read every value; else pages only.
    """
    place, secrets = path(dataset), keys.opening_keys(keys.INDEX)
    _let_go(place)
    try:
        with contextlib.closing(IndexReader(place, secrets)) as found:
            shown = found.layers
            why = next(iter(found.problems()), "") if all_of_it else ""
    except (IndexMissing, IndexDamaged) as error:
        return str(error)
    if shown != layers:
        return "it shows other layers than the current snapshot's"
    if not all_of_it:
        why = next(filter(None, (checking.damaged(place, name, secrets, dataset) for name in shown)), "")
    if not why:
        current.trust(place)
    return why


def looked(dataset: str) -> float | None:
    """Return when the index was last found to be whole, None where a look-up met damage since."""
    return current.looked(path(dataset))


def tidy(dataset: str, named: list[str]) -> None:
    """Remove layers that neither the manifest nor the index names: a killed delivery left them."""
    shown: list[str] = []
    with contextlib.suppress(IndexMissing, IndexDamaged):
        shown = current.read(path(dataset), keys.opening_keys(keys.INDEX)).layers
    current.clean(path(dataset), {*named, *shown})


def reader(dataset: str) -> IndexReader | None:
    """Return this process's reader, None where nothing is built. Raises IndexDamaged."""
    place = os.getpid(), path(dataset)
    if place not in _readers:
        try:
            _readers[place] = IndexReader(path(dataset), keys.opening_keys(keys.INDEX))
        except IndexMissing:
            return None
    return _readers[place]


def lookup(dataset: str, identifier: str) -> Found | None:
    """Return the subject's rows, None where there are none."""
    subject = keys.subject_of(identifier)
    found = reader(dataset)
    try:
        return None if found is None else found.lookup(subject)
    except IndexDamaged:
        # Since it was opened, the index may have been sealed by a key that it did not get.
        _let_go(path(dataset))
        found = reader(dataset)
        return None if found is None else found.lookup(subject)


def _let_go(place: Path) -> None:
    old = _readers.pop((os.getpid(), place), None)
    if old is not None:
        old.close()


def shown_layers(dataset: str) -> list[str]:
    """Return the names of the layers that the index shows, oldest first; none where it does not open."""
    _let_go(path(dataset))
    try:
        found = reader(dataset)
        return found.layers if found else []
    except IndexDamaged:
        return []


def resealed(dataset: str) -> dict[str, str]:
    """Copy every layer that is shown under the active key; return old name → new name. Showing them is the caller's."""
    key = keys.sealing_key(keys.INDEX)
    return rekey.reseal(path(dataset), keys.opening_keys(keys.INDEX), key.secret, key.id)


def erase(dataset: str, subject: bytes) -> int:
    """
    Take a subject out of every layer that is shown; return how many rows left.

    Raises:
        IndexDamaged; TimeoutError: out of sight, but a reader keeps the old bytes in use. Call again.
    """
    try:
        return erasing.erase(path(dataset), keys.opening_keys(keys.INDEX), subject)
    except IndexMissing:
        return 0


def stands_at(dataset: str) -> int:
    """Return the snapshot number that the index shows, 0 where there is none or none that opens."""
    for _ in range(2):  # since it was opened, the index may have been sealed by a key that the reader did not get
        try:
            found = reader(dataset)
            return 0 if found is None else found.snapshot
        except IndexDamaged:
            _let_go(path(dataset))
    return 0
