"""
Bring rows out of quarantine: one that was corrected, or all that the current contract admits.

They come in as a small delivery of their own, by upsert, judged as any other. Its transaction marks them as repaired; a
row that is still bad undoes it. The batch that set them aside keeps its counts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from shudao.contexts.pool.adapters import memory
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch as Delivered
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import RowRepaired
from shudao.contexts.pool.contracts.repairs import Replayed
from shudao.contexts.pool.models import Batch, Repair
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import aside, beside, ingesting
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid

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

    def keep(self, replayed: Batch) -> None:
        """Inside the transaction that publishes the rows: mark them, or undo it all where one is bad."""
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
    then = manifest.contract(act.batch.dataset, act.batch.version)
    for place, line, _, values in aside.rows(act.batch):
        if line > 0 and place not in left_out and aside.is_row(then, values):
            act.places.append(place)
            yield aside.moved(then, contract, values)


def _take_in(act: _Act, contract: DatasetContract, rows: Iterable[list[str | None]]) -> Delivered:
    names = [column.name for column in contract.columns]
    with memory.table(names, rows) as path, beside.publishing(act.keep):
        try:
            return ingesting.ingest(
                dataset=act.batch.dataset.code,
                source=path,
                acting=act.acting,
                now=act.now,
                key=act.key,
                mode=Mode.UPSERT,
            )
        except IntegrityError as error:
            raise RowRepaired from error


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
