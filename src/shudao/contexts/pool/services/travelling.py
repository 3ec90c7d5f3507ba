"""A dataset as it stood: which snapshot, how many rows, and some of them, masked."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from shudao.contexts.pool.adapters import keys, live
from shudao.contexts.pool.adapters.datafiles import DataFile
from shudao.contexts.pool.adapters.held import ID, SUBJECT
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.contracts.datasets import Column, DatasetContract, Identifier
from shudao.contexts.pool.contracts.deliveries import SnapshotRow
from shudao.contexts.pool.contracts.refusals import SnapshotUnknown
from shudao.contexts.pool.models import Dataset, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import holding, sampling

_MOST_ROWS = 1_000
_HASH_SHOWN = 6


def snapshot_at(dataset: str, at: datetime) -> SnapshotRow | None:
    """Return the snapshot that stood at an instant, None before the first one that is kept. Raises DatasetUnknown."""
    found = _at(manifest.dataset(dataset), at)
    return next((one for one in manifest.snapshots(dataset) if found is not None and one.number == found.number), None)


def counts_at(at: datetime) -> dict[str, int]:
    """Return dataset code → rows that it had at an instant; those without a snapshot of that time are absent."""
    found = {row.code: _at(row, at) for row in Dataset.objects.order_by("code")}
    return {code: one.rows for code, one in found.items() if one is not None}


def rows(
    dataset: str, *, snapshot: int | None = None, as_of: datetime | None = None, limit: int = 20
) -> list[dict[str, str]]:
    """
    Return some rows of a snapshot as they may be shown: column → masked text, identifiers as shortened hashes.

    Args:
        dataset: Its code.
        snapshot: Its number; or
        as_of: an instant at which it stood. The current one where neither is given.
        limit: At most so many, 1–1000, ascending by subject and file.

    Raises:
        SnapshotUnknown: there is, or was, none.
        DatasetUnknown.
    """
    row = manifest.dataset(dataset)
    if as_of is not None:
        at = _at(row, as_of)
        if at is None:
            raise SnapshotUnknown(dataset=dataset, number=f"{as_of:%Y-%m-%d}")
        snapshot = at.number
    with holding.standing(row, snapshot) as found:
        if found is None:
            raise SnapshotUnknown(dataset=dataset, number=snapshot or 0)
        contract = manifest.contract(row, found[0].version)
        return [_masked(contract, one) for one in _some(found[1], contract, max(1, min(limit, _MOST_ROWS)))]


def _at(row: Dataset, at: datetime) -> Snapshot | None:
    return Snapshot.objects.filter(dataset=row, as_of__lte=at).order_by("-number").first()


def _some(standing: Live, contract: DatasetContract, limit: int) -> list[dict[str, Any]]:
    dead, opening = live.by_file(live.read_dead(standing)), keys.opening_keys(keys.FILES)
    found: list[dict[str, Any]] = []
    for path in standing.paths:
        with DataFile(standing.root / path, contract, opening, standing.versions) as file:
            tables = file.between(0, 256, dead.get(path))
            rows = chain.from_iterable(_slices(table) for table in tables)
            found += islice(rows, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _slices(table: pa.Table) -> Any:
    for batch in table.to_batches(max_chunksize=_MOST_ROWS):
        yield from batch.to_pylist()


def _masked(contract: DatasetContract, row: dict[str, Any]) -> dict[str, str]:
    return {column.name: _shown(column, row, contract) for column in contract.columns}


def _shown(column: Column, row: dict[str, Any], contract: DatasetContract) -> str:
    if column.kept:
        return sampling.masked(column, row[ID])
    value = row[SUBJECT if column.name == contract.subject else column.name]
    if column.identifier is not Identifier.NONE:
        return f"{value.hex()[:_HASH_SHOWN]}…" if value is not None else ""
    return sampling.masked(column, None if value is None else str(value))
