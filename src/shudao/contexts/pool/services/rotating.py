"""
Give a purpose a new key: it is the active one at once, and what older ones sealed is sealed anew in the background.

Every dataset is resealed under its lock and changes in one transaction for each of its folders, so a killed process
leaves it to the next. When nothing is sealed by an older key any more, that key ends.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import index, keys, live, locks, quarantine, rewriting, vault
from shudao.contexts.pool.contracts.lifetimes import Rotated
from shudao.contexts.pool.contracts.refusals import DatasetBusy, SubjectsStay
from shudao.contexts.pool.models import DataFile, Dataset, Rotation, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import cleaning_up, swapping
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid

PURPOSES = {"files": keys.FILES, "vault": keys.VAULT, "index": keys.INDEX}


def rotate(what: str, *, acting: Actor, now: datetime, key: str) -> Rotated:
    """
    Make a new key for "files" (quarantine too), the "vault" or the "index", and seal anew what older ones sealed.

    Args:
        what: See above.
        acting: The data bureau.
        now: Aware, UTC.
        key: Idempotency key.

    Returns:
        The new key's id, and the datasets that wait because they are busy; `upkeep` comes back to them.

    Raises:
        SubjectsStay: "subject": the hashes are people's names in other rooms too.
        Invalid: field `what`.
        SignInNeeded, Forbidden.
    """
    identity.require(acting, Role.DATA_BUREAU)
    if what == "subject":
        raise SubjectsStay
    if what not in PURPOSES:
        raise Invalid(fields={"what": "只能更换 files、vault 或 index 的密钥。"})
    name = outbox.once(
        scope="pool.rotate",
        key=key,
        request=what,
        result_type=str,
        do=lambda: _begin(PURPOSES[what], acting, now),
    )
    return _go_on(Rotation.objects.get(key=name), now)


def finish(*, now: datetime) -> list[Rotated]:
    """Go on with every rotation that is not done; return what became of each."""
    return [_go_on(rotation, now) for rotation in Rotation.objects.filter(done_at=None).order_by("pk")]


def waiting() -> bool:
    """Whether a rotation is not done."""
    return Rotation.objects.filter(done_at=None).exists()


def _begin(purpose: str, acting: Actor, now: datetime) -> str:
    old = keys.sealing_key(purpose).id
    new = keys.renew(purpose).id
    codes = [] if purpose == keys.VAULT else list(Dataset.objects.order_by("code").values_list("code", flat=True))
    Rotation.objects.create(purpose=purpose, key=new, waiting=codes, begun_at=now)
    audit.record(acting=acting, action="pool.rotate", target=purpose, now=now, before={"key": old}, after={"key": new})
    return new


def _go_on(rotation: Rotation, now: datetime) -> Rotated:
    if rotation.done_at is None:
        reseal = {keys.FILES: _files, keys.INDEX: _index}.get(rotation.purpose)
        for code in list(rotation.waiting) if reseal else ():
            with contextlib.suppress(DatasetBusy), locks.only_writer(code):
                row = manifest.dataset(code)
                cleaning_up.tidy(row)
                reseal(row)
                cleaning_up.tidy(row)
                rotation.waiting = [one for one in rotation.waiting if one != code]
                rotation.save(update_fields=["waiting"])
        if rotation.purpose == keys.VAULT:
            vault.reseal()
        if not rotation.waiting:
            _end(rotation, now)
    return Rotated(rotation.key, tuple(rotation.waiting))


def _end(rotation: Rotation, now: datetime) -> None:
    ended = keys.end_older(rotation.purpose, than=rotation.key, at=now)
    rotation.done_at = now
    with outbox.unit_of_work():
        rotation.save(update_fields=["done_at"])
        audit.record(
            acting=SYSTEM,
            action="pool.rotated",
            target=rotation.purpose,
            now=now,
            before={"keys": ended},
            after={"key": rotation.key},
        )


def _files(row: Dataset) -> None:
    """Seal anew what is not sealed by the active key, folder by folder: so much more room is needed at a time."""
    root, active = Path(settings.POOL_ROOT), keys.sealing_key(keys.FILES).id
    folders: dict[str, list[DataFile]] = defaultdict(list)
    for file in DataFile.objects.filter(dataset=row, kind__in=["data", "quarantine"]).order_by("path"):
        if rewriting.seal_of(root / file.path).key_id != active:
            folders[file.path.rpartition("/")[0]].append(file)
    for files in folders.values():
        _folder(row, files)
        cleaning_up.tidy(row)


def _folder(row: Dataset, files: Sequence[DataFile]) -> None:
    root, versions = Path(settings.POOL_ROOT), live.versions(row)
    opening, active = keys.opening_keys(keys.FILES), keys.sealing_key(keys.FILES)
    key, data, aside = (active.id, active.secret), [], []
    for file in files:
        path = root / file.path
        if file.kind == "quarantine":
            new, *_ = quarantine.rewrite(root, path, rewriting.beside(path), opening, key, lambda values: False)
            aside.append((file, new))
        else:
            contract = versions[rewriting.seal_of(path).version]
            data.append((file, rewriting.rewrite(root, path, contract, opening, key)))
    swap = swapping.prepare(row, data, aside)
    with outbox.unit_of_work():
        swapping.carry_out(row, swap)


def _index(row: Dataset) -> None:
    snapshot = manifest.current(row)
    if snapshot is None:
        return
    # What a killed process left half done is shown first: the index follows the manifest.
    if index.shown_layers(row.code) != snapshot.layers:
        index.show(snapshot, live.of(snapshot), manifest.contract(row))
    new = index.resealed(row.code)
    with outbox.unit_of_work():
        for one in Snapshot.objects.filter(dataset=row):
            if not set(one.layers).isdisjoint(new):
                Snapshot.objects.filter(pk=one.pk).update(layers=[new.get(name, name) for name in one.layers])
    snapshot.refresh_from_db()
    index.show(snapshot, live.of(snapshot), manifest.contract(row))
