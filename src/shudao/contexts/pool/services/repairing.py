"""
Bring rows out of quarantine: one that was corrected, or all that the current contract admits.

They come in as a small delivery of their own, judged as any other. Its transaction marks them as repaired; a row that
is still bad undoes it. The batch that set them aside keeps its counts. None takes the place of a row that stands: rows
of a whole register or of additions are appended; those of an upsert are upserted, unless that delivery or a later one
brought the record.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import live, memory, newer
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch as Delivered
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import DatasetBusy, NotRepairable, RowRepaired
from shudao.contexts.pool.contracts.repairs import Replayed
from shudao.contexts.pool.models import Batch, Repair
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import aside, beside, ingesting
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid

NEWER = "row.newer"
_LONGEST_VALUE = 10_000
# Rules about all rows together can turn against a row once others have left.
_ROUNDS = 4


class _StillBadError(Exception):
    """Rows of the small delivery were set aside again: line → reasons."""

    def __init__(self, lines: dict[int, list[str]]) -> None:
        super().__init__(len(lines))
        self.lines = lines


@dataclass(slots=True)
class _Act:
    """Who repairs what, and when."""

    batch: Batch
    acting: Actor
    now: datetime
    key: str
    edited: tuple[str, ...] | None = None
    places: list[int] = field(default_factory=list)
    snapshot: int = 0

    def keep(self, replayed: Batch) -> None:
        """Inside the transaction that publishes the rows: mark them, or undo it all where one is bad."""
        if replayed.snapshot != self.snapshot + 1:
            raise DatasetBusy(dataset=self.batch.dataset.code)
        if replayed.quarantined:
            raise _StillBadError(_set_aside(replayed))
        rows = [
            Repair(
                batch=self.batch,
                place=place,
                replayed=replayed,
                account=self.acting.account,
                edited=self.edited is not None,
                repaired_at=self.now,
            )
            for place in self.places
        ]
        Repair.objects.bulk_create(rows, batch_size=1_000)
        after = {"dataset": self.batch.dataset.code, "batch": replayed.number, "rows": len(rows)}
        if self.edited is not None:
            after |= {"place": self.places[0], "columns": list(self.edited)}
        audit.record(
            acting=self.acting,
            action="pool.repair" if self.edited is not None else "pool.replay",
            target=self.batch.number,
            now=self.now,
            after=after,
        )


def repair(
    *, batch: str, place: int, values: Mapping[str, str | None], acting: Actor, now: datetime, key: str
) -> Replayed:
    row = aside.owned(batch, acting)
    contract = manifest.contract(row.dataset)
    given = _given(contract, values)
    name = f"repair:{batch}:{place}:{_short(key)}"
    done = Repair.objects.select_related("replayed").filter(batch=row, place=place).first()
    if done is not None:
        if done.replayed.key == name:
            return Replayed(1, 1, done.replayed.number)
        raise RowRepaired
    _refuse_closed(row)
    before = aside.plain(row, place, aside.row(batch, place, acting=acting)).values
    edited = tuple(one for one, value in given.items() if value != (before[one] or None))
    act = _Act(row, acting, now, name, edited, [place])
    try:
        taken = _take_in(act, contract, [list(given.values())])
    except _StillBadError as error:
        return Replayed(1, 0, reasons=_counted(error.lines))
    return Replayed(1, 1, taken.number)


def replay(*, batch: str, acting: Actor, now: datetime, key: str) -> Replayed:
    row = aside.owned(batch, acting)
    name = f"replay:{batch}:{_short(key)}:"
    done = Batch.objects.filter(dataset=row.dataset, key__startswith=name).first()
    if done is not None:
        return Replayed(done.rows, done.good, done.number)
    _refuse_closed(row)
    return _replay(row, acting, now, name)


def _replay(row: Batch, acting: Actor, now: datetime, name: str) -> Replayed:
    contract = manifest.contract(row.dataset)
    left_out = set(Repair.objects.filter(batch=row).values_list("place", flat=True))
    tried, reasons = 0, Counter[str]()
    for attempt in range(_ROUNDS):
        act = _Act(row, acting, now, f"{name}{attempt}")
        waiting = _waiting(act, contract, left_out)
        first = next(waiting, None)
        if first is None:
            break
        try:
            taken = _take_in(act, contract, chain([first], waiting))
        except _StillBadError as error:
            tried = tried or len(act.places)
            reasons.update(_counted(error.lines))
            left_out.update(act.places[line - 1] for line in error.lines)
        else:
            return Replayed(tried or len(act.places), taken.good, taken.number, dict(reasons))
    return Replayed(tried, 0, reasons=dict(reasons))


def _waiting(act: _Act, contract: DatasetContract, left_out: set[int]) -> Iterator[list[str | None]]:
    """Yield the rows to judge; rows of another shape than the header can only be typed anew."""
    then = aside.contract_of(act.batch)
    for place, line, _, values in aside.rows(act.batch):
        if line > 0 and place not in left_out and aside.is_row(then, values):
            act.places.append(place)
            yield aside.moved(then, contract, values)


def _take_in(act: _Act, contract: DatasetContract, rows: Iterable[list[str | None]]) -> Delivered:
    names = [column.name for column in contract.columns]
    mode = Mode.UPSERT if act.batch.mode == Mode.UPSERT else Mode.APPEND
    with memory.table(names, rows) as path, beside.publishing(act.keep):
        act.snapshot = manifest.dataset(contract.code).snapshot
        if mode is Mode.UPSERT:
            _refuse_newer(act.batch, contract, path)
        try:
            return ingesting.ingest(
                dataset=act.batch.dataset.code,
                source=path,
                acting=act.acting,
                now=act.now,
                key=act.key,
                mode=mode,
            )
        except IntegrityError as error:
            raise RowRepaired from error


def _refuse_newer(batch: Batch, contract: DatasetContract, path: Path) -> None:
    """Raise where the delivery that set the rows aside, or a later one, brought rows with their keys."""
    snapshot = manifest.current(manifest.dataset(contract.code))
    if snapshot is None:
        return
    # A file of several batches' rows counts as later: better a row too few than one overwritten.
    since = snapshot.files.filter(kind="data").exclude(batch__pk__lt=batch.pk).order_by("path")
    standing = replace(live.of(snapshot), paths=tuple(since.values_list("path", flat=True)))
    if found := newer.lines(path, contract, standing):
        raise _StillBadError({line: [NEWER] for line in found})


def _refuse_closed(batch: Batch) -> None:
    """Raise NotRepairable where nothing of the batch can come in any more."""
    if batch.mode == Mode.DELETE:
        raise NotRepairable(why=gettext_lazy("这是删除批次。"))
    if Batch.objects.filter(dataset=batch.dataset, mode=Mode.FULL, pk__gt=batch.pk).exists():
        raise NotRepairable(why=gettext_lazy("后来报送的整套数据已经取代它。"))


def is_open(number: str) -> bool:
    try:
        _refuse_closed(Batch.objects.select_related("dataset").get(number=number))
    except NotRepairable:
        return False
    return True


def _set_aside(replayed: Batch) -> dict[int, list[str]]:
    """Line → reasons of what the small delivery would set aside: its files lie there already."""
    folder = Path(settings.POOL_ROOT) / "datasets" / replayed.dataset.code / replayed.number
    found = chain.from_iterable(aside.read(path) for path in sorted(folder.glob("quarantine*")))
    return {line: list(reasons) for line, reasons, _ in found}


def _given(contract: DatasetContract, values: Mapping[str, str | None]) -> dict[str, str | None]:
    """The typed values in the contract's order; what is left empty is missing."""
    names = [column.name for column in contract.columns]
    faults = {name: "约定中没有这一列。" for name in values if name not in names}
    faults |= {name: "内容过长。" for name, value in values.items() if len(value or "") > _LONGEST_VALUE}
    if faults:
        raise Invalid(fields=faults)
    return {name: (values.get(name) or "").strip() or None for name in names}


def _counted(lines: Mapping[int, Sequence[str]]) -> dict[str, int]:
    return dict(Counter(chain.from_iterable(lines.values())))


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
