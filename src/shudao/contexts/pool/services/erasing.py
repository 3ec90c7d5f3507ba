"""
Somebody leaves the pool: vault and index at once, then every file of every snapshot.

What is to be done is written down first, the identifier sealed, since quarantine holds rows as they came; a process
that is killed leaves it to the next. Each dataset changes in one transaction, and all of it bears being done again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import F

from shudao.contexts.pool.adapters import index, keys, live, locks, quarantine, rewriting, vault
from shudao.contexts.pool.adapters.datafiles import WrittenFile
from shudao.contexts.pool.adapters.rewriting import Rewritten
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.contexts.pool.contracts.lifetimes import Erased
from shudao.contexts.pool.contracts.refusals import DatasetBusy
from shudao.contexts.pool.models import Batch, DataFile, Dataset, Erasure, Repair, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import reasons
from shudao.contexts.pool.services import allowing, aside, cleaning_up, swapping
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel import sealing
from shudao.kernel.errors import Invalid
from shudao.kernel.ids import new_id

_LONGEST_IDENTIFIER = 40
_SHORTEST_IDENTIFIER = 8


def erase(
    identifier: str, *, reason: str, acting: Actor, now: datetime, key: str, datasets: Collection[str] = ()
) -> Erased:
    """
    Let a person or company leave: their rows, their entry in the vault, their hash and identifier wherever they stand.

    Args:
        identifier: Resident ID or credit code. It is kept nowhere; the audit trail names the subject's hash.
        reason: 4 to 200 characters, for the audit trail.
        acting: A data officer of every department that owns one of the datasets, or the data bureau.
        now: Aware, UTC.
        key: Idempotency key.
        datasets: Codes; all of them by default. The vault forgets the subject when no other dataset holds it.

    Returns:
        What was done, and what waits because a dataset is busy; `upkeep` comes back to it.

    Raises:
        Invalid: field `reason` or `identifier`.
        DatasetUnknown, SignInNeeded, Forbidden.
    """
    identifier = keys.normal(identifier)
    if not _SHORTEST_IDENTIFIER <= len(identifier) <= _LONGEST_IDENTIFIER:
        raise Invalid(fields={"identifier": "请填写身份证号码或统一社会信用代码。"})
    reason = reasons.stated(reason, "请写明删除的理由（4 到 200 个字）。")
    rows = [manifest.dataset(code) for code in sorted(set(datasets))] or list(Dataset.objects.order_by("code"))
    for row in rows:
        allowing.require_owner(acting, row.owner)
    scope = [row.code for row in rows]
    number = outbox.once(
        scope="pool.erase",
        key=key,
        request=(keys.subject_of(identifier).hex(), scope),
        result_type=str,
        do=lambda: _begin(identifier, scope, not datasets, reason, acting, now),
    )
    return _go_on(Erasure.objects.get(number=number), now)


def finish(*, now: datetime) -> list[Erased]:
    """Go on with every erasure that is not done; return what became of each."""
    return [_go_on(erasure, now) for erasure in Erasure.objects.filter(done_at=None).order_by("pk")]


def waiting() -> bool:
    """Whether an erasure is not done."""
    return Erasure.objects.filter(done_at=None).exists()


def _begin(identifier: str, scope: list[str], everywhere: bool, reason: str, acting: Actor, now: datetime) -> str:
    number, subject, key = new_id(), keys.subject_of(identifier).hex(), keys.sealing_key(keys.ERASURE)
    Erasure.objects.create(
        number=number,
        subject=subject,
        identifier=sealing.seal(key.secret, key.id, identifier.encode(), number.encode()),
        account=acting.account,
        everywhere=everywhere,
        waiting=scope,
        begun_at=now,
    )
    audit.record(
        acting=acting,
        action="pool.erase",
        target=subject,
        now=now,
        after={"erasure": number, "datasets": scope},
        reason=reason,
    )
    return number


def _go_on(erasure: Erasure, now: datetime) -> Erased:
    if erasure.done_at is None:
        sealed = bytes(erasure.identifier)
        identifier = sealing.unseal(keys.opening_keys(keys.ERASURE), sealed, erasure.number.encode()).decode()
        subject = bytes.fromhex(erasure.subject)
        hasher = Hasher(keys.subject_key())
        if erasure.everywhere:
            vault.forget(subject, hasher)
        for code in erasure.waiting:
            # Out of sight before anything that takes time. A reader may keep old bytes in use: they are wiped below.
            with contextlib.suppress(TimeoutError):
                index.erase(code, subject)
        for code in list(erasure.waiting):
            with contextlib.suppress(DatasetBusy, TimeoutError), locks.only_writer(code):
                _leave(erasure, manifest.dataset(code), subject, identifier)
        if not erasure.waiting:
            # A delivery that was under way at the beginning may have brought the subject into the vault again.
            if erasure.everywhere or not _stands(subject):
                vault.forget(subject, hasher)
            _end(erasure, now)
    return Erased(erasure.number, erasure.rows, erasure.mentions, erasure.quarantined, tuple(erasure.waiting))


def _end(erasure: Erasure, now: datetime) -> None:
    erasure.identifier, erasure.done_at = b"", now
    with outbox.unit_of_work():
        erasure.save(update_fields=["identifier", "done_at"])
        audit.record(
            acting=Actor(account=erasure.account, kind="system"),
            action="pool.erased",
            target=erasure.subject,
            now=now,
            after={
                "erasure": erasure.number,
                "rows": erasure.rows,
                "mentions": erasure.mentions,
                "quarantined": erasure.quarantined,
            },
        )


def _leave(erasure: Erasure, row: Dataset, subject: bytes, identifier: str) -> None:
    """Take the person out of one dataset, whose lock is held."""
    cleaning_up.tidy(row)
    row.refresh_from_db()
    index.erase(row.code, subject)
    data = _data(row, subject)
    aside_files = _aside(row, identifier)
    swap = swapping.prepare(row, data, [(one.file, one.new) for one in aside_files])
    mentions = sum(new.mentions for _, new in data)
    with outbox.unit_of_work():
        swapping.carry_out(row, swap)
        for one in aside_files:
            _count_aside(one)
        if mentions:
            # No layer can lose a single value: the index is made of the files anew, now or by who comes next.
            Snapshot.objects.filter(dataset=row).update(layers=[])
        erasure.rows += sum(len(new.gone) for _, new in data)
        erasure.mentions += mentions
        erasure.quarantined += sum(one.count for one in aside_files)
        erasure.save(update_fields=["rows", "mentions", "quarantined"])
    snapshot = manifest.current(row)
    if snapshot is not None and not snapshot.layers:
        index.show(snapshot, live.of(snapshot), manifest.contract(row))
    cleaning_up.tidy(row)
    erasure.waiting = [code for code in erasure.waiting if code != row.code]
    erasure.save(update_fields=["waiting"])


def _data(row: Dataset, subject: bytes) -> list[tuple[DataFile, Rewritten]]:
    """Write anew the data files that hold the subject."""
    root, versions = Path(settings.POOL_ROOT), live.versions(row)
    opening, key = keys.opening_keys(keys.FILES), keys.sealing_key(keys.FILES)
    found = []
    for file in DataFile.objects.filter(dataset=row, kind="data").order_by("path"):
        path = root / file.path
        contract = versions[rewriting.seal_of(path).version]
        if rewriting.holds(path, contract, subject):
            found.append((file, rewriting.rewrite(root, path, contract, opening, (key.id, key.secret), subject)))
    return found


def _stands(subject: bytes) -> bool:
    """Whether any dataset has a row of the subject."""
    root = Path(settings.POOL_ROOT)
    return any(
        rewriting.has_rows(root / path, subject)
        for path in DataFile.objects.filter(kind="data").values_list("path", flat=True)
    )


@dataclass(frozen=True, slots=True)
class _Aside:
    """A quarantine file that loses rows: by their lines, and by their order among those of another shape."""

    file: DataFile
    new: WrittenFile | None
    lines: Sequence[int]
    misshapen: Sequence[int]

    @property
    def count(self) -> int:
        return len(self.lines) + len(self.misshapen)


def _aside(row: Dataset, identifier: str) -> list[_Aside]:
    """Write anew the quarantine files of which a row names the identifier."""
    root, opening = Path(settings.POOL_ROOT), keys.opening_keys(keys.FILES)
    key = keys.sealing_key(keys.FILES)
    found = []

    def names(values: Sequence[object]) -> bool:
        return any(identifier in keys.normal(str(value)) for value in values if value is not None)

    for file in DataFile.objects.filter(dataset=row, kind="quarantine").order_by("path"):
        path = root / file.path
        if any(names(values) for _, _, values in quarantine.read(path, opening)):
            new, lines, misshapen = quarantine.rewrite(
                root, path, rewriting.beside(path), opening, (key.id, key.secret), names
            )
            found.append(_Aside(file, new, lines, misshapen))
    return found


def _count_aside(one: _Aside) -> None:
    """Let the batch count what left its quarantine, and repairs name their rows as they are named now."""
    batch = one.file.batch
    assert batch is not None  # noqa: S101 - quarantine is always a batch's own
    Batch.objects.filter(pk=batch.pk).update(quarantined=F("quarantined") - one.count, erased=F("erased") + one.count)
    places = [*one.lines, *(aside.MISSHAPEN + place for place in one.misshapen)]
    Repair.objects.filter(batch=batch, place__in=places).delete()
    # Those of another shape are named by their order: whoever stood behind moves up, the foremost first.
    for repair in Repair.objects.filter(batch=batch, place__gte=aside.MISSHAPEN).order_by("place"):
        before = sum(aside.MISSHAPEN + place < repair.place for place in one.misshapen)
        if before:
            Repair.objects.filter(pk=repair.pk).update(place=repair.place - before)
