"""Look things up: a subject's rows, datasets, batches, snapshots."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from shudao.contexts.pool.adapters import index
from shudao.contexts.pool.adapters import underway as being_taken
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    DatasetRow,
)
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
    Found,
    SnapshotRow,
    UnderWay,
)
from shudao.contexts.pool.contracts.refusals import (
    DatasetUnknown,
)
from shudao.contexts.pool.queries import manifest, quality


def lookup(dataset: str, resident_id: str) -> Found | None:
    if index.reader(dataset) is None:
        raise DatasetUnknown(dataset=dataset)
    found = index.lookup(dataset, resident_id)
    if found is None:
        return None
    return Found(
        rows=tuple(found.rows),
        snapshot=found.snapshot,
        as_of=datetime.fromisoformat(found.as_of),
        score=quality.score_of_snapshot(dataset, found.snapshot),
    )


def datasets() -> list[DatasetRow]:
    return manifest.datasets()


def contract(dataset: str) -> DatasetContract:
    return manifest.contract(manifest.dataset(dataset))


def snapshots(dataset: str) -> list[SnapshotRow]:
    return manifest.snapshots(dataset)


def batches(dataset: str, *, limit: int) -> list[Batch]:
    return manifest.batches(dataset, limit)


def underway(dataset: str) -> UnderWay | None:
    """
    Return how far the delivery has come that is being taken into the dataset just now, by whichever process; None where
    none is. It is at most half a second old while rows are written. Raises DatasetUnknown.
    """
    return being_taken.of(manifest.dataset(dataset).code)


def counts() -> dict[str, int]:
    return {row.code: row.rows for row in manifest.datasets()}


def index_path(dataset: str) -> Path:
    return index.path(manifest.dataset(dataset).code)
