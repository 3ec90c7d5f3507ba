"""Show what a delivery set aside: pages of masked rows, and one row unmasked for a reason that the trail keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import keys, quarantine
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.repairs import QuarantinedRow, UnmaskedRow
from shudao.contexts.pool.models import Batch, Repair
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import contract as contracts
from shudao.contexts.pool.rules import reasons
from shudao.contexts.pool.services import allowing, holding, sampling
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page, bounds

MISSHAPEN = 1 << 41
Kept = tuple[int, int, list[str], list[str | None]]


def page(number: str, *, acting: Actor, page: int, size: int) -> Page[QuarantinedRow]:
    batch = owned(number, acting)
    start, stop = bounds(page, size)
    contract = contract_of(batch)
    found = [_row(contract, kept) for kept in islice(rows(batch), start, stop)]
    repaired = dict(
        Repair.objects.filter(batch=batch, place__in=[one.place for one in found]).values_list(
            "place", "replayed__number"
        )
    )
    items = tuple(_with(one, repaired.get(one.place, "")) for one in found)
    return Page(items, page, size, batch.quarantined)


def row(number: str, place: int, *, acting: Actor) -> QuarantinedRow:
    batch = owned(number, acting)
    found = _row(contract_of(batch), kept(batch, place))
    repair = Repair.objects.select_related("replayed").filter(batch=batch, place=place).first()
    return _with(found, repair.replayed.number if repair else "")


def repaired(number: str) -> int:
    return Repair.objects.filter(batch__number=number).count()


def unmask(number: str, place: int, *, acting: Actor, reason: str, now: datetime) -> UnmaskedRow:
    batch = owned(number, acting)
    reason = reasons.stated(reason, "请写明查看原文的理由（4 到 200 个字）。")
    found = row(number, place, acting=acting)
    # On the disk before it is opened.
    with outbox.unit_of_work():
        audit.record(
            acting=acting,
            action="pool.unmask_row",
            target=number,
            now=now,
            after={"dataset": batch.dataset.code, "place": place},
            reason=reason,
        )
    return plain(batch, place, found)


def plain(batch: Batch, place: int, found: QuarantinedRow) -> UnmaskedRow:
    """The row as it came, in the columns of the current contract."""
    _, line, _, values = kept(batch, place)
    then, current = contract_of(batch), manifest.contract(batch.dataset)
    empty: dict[str, str | None] = dict.fromkeys(column.name for column in current.columns)
    if line == 0 or not is_row(then, values):
        return UnmaskedRow(found, empty, text=values[0] or "")
    return UnmaskedRow(found, dict(zip(empty, moved(then, current, values), strict=True)))


def owned(number: str, acting: Actor) -> Batch:
    """Return the batch, if `acting` may see what it set aside. Raises NotFound, SignInNeeded, Forbidden."""
    batch = Batch.objects.select_related("dataset").filter(number=number).first()
    if batch is None:
        raise NotFound
    allowing.require_owner(acting, batch.dataset.owner)
    return batch


def rows(batch: Batch) -> Iterator[Kept]:
    """Yield (place, line, reasons, values as they came) of everything that the batch set aside."""
    misshapen = MISSHAPEN
    with holding.files_of(batch, "quarantine") as paths:
        for path in paths:
            for line, reasons, values in read(Path(settings.POOL_ROOT) / path):
                # A line stays a row's name when others leave the file.
                place, misshapen = (line, misshapen) if line else (misshapen, misshapen + 1)
                yield place, line, list(reasons), [None if value is None else str(value) for value in values]


def read(path: Path) -> Iterator[tuple[int, list[str], list[object]]]:
    """Yield (line, reasons, values as they came) of one quarantine file."""
    return quarantine.read(path, keys.opening_keys(keys.FILES))


def kept(batch: Batch, place: int) -> Kept:
    """Return one of them. Raises NotFound."""
    found = next((one for one in rows(batch) if one[0] == place), None)
    if found is None:
        raise NotFound
    return found


def contract_of(batch: Batch) -> DatasetContract:
    """Return the contract by which the batch was judged: of a deletion, subject and key alone."""
    contract = manifest.contract(batch.dataset, batch.version)
    return contracts.of_keys(contract) if batch.mode == Mode.DELETE else contract


def is_row(contract: DatasetContract, values: list[str | None]) -> bool:
    """Whether the values stand in the contract's columns; else it is the text of a row of another shape."""
    return len(values) == len(contract.columns)


def moved(then: DatasetContract, current: DatasetContract, values: list[str | None]) -> list[str | None]:
    """Return the values in the columns that the contract has now."""
    named = dict(zip((column.name for column in then.columns), values, strict=True))
    return [named.get(column.name) for column in current.columns]


def _row(contract: DatasetContract, found: Kept) -> QuarantinedRow:
    place, line, reasons, values = found
    whole = line > 0 and is_row(contract, values)
    shown = zip(contract.columns, values, strict=True) if whole else ()
    return QuarantinedRow(
        place, line, tuple(reasons), {column.name: sampling.masked(column, value) for column, value in shown}
    )


def _with(found: QuarantinedRow, repaired: str) -> QuarantinedRow:
    return QuarantinedRow(found.place, found.line, found.reasons, found.values, repaired)
