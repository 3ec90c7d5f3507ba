"""Read the manifest."""

from __future__ import annotations

import msgspec
from django.db.models import Count, Sum

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    DatasetRow,
)
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
    Mode,
    SnapshotRow,
)
from shudao.contexts.pool.contracts.refusals import (
    DatasetUnknown,
    SnapshotUnknown,
)
from shudao.contexts.pool.models import Batch as BatchTable
from shudao.contexts.pool.models import Dataset, DatasetVersion, Snapshot
from shudao.kernel.texts import Text


def dataset(code: str) -> Dataset:
    """Return the dataset's row. Raises DatasetUnknown."""
    row = Dataset.objects.filter(code=code).first()
    if row is None:
        raise DatasetUnknown(dataset=code)
    return row


def contract(row: Dataset, version: int | None = None) -> DatasetContract:
    """Return the dataset's contract, the current one by default."""
    kept = DatasetVersion.objects.get(dataset=row, number=version or row.version)
    return msgspec.convert(kept.contract, DatasetContract)


def current(row: Dataset) -> Snapshot | None:
    """Return the dataset's current snapshot, None before the first batch."""
    return Snapshot.objects.filter(dataset=row, number=row.snapshot).first()


def snapshot(row: Dataset, number: int) -> Snapshot:
    """Return the dataset's snapshot of this number. Raises SnapshotUnknown."""
    found = Snapshot.objects.filter(dataset=row, number=number).first()
    if found is None:
        raise SnapshotUnknown(dataset=row.code, number=number)
    return found


def batch(row: BatchTable) -> Batch:
    """Return the batch as others see it."""
    return Batch(
        number=row.number,
        dataset=row.dataset.code,
        rows=row.rows,
        good=row.good,
        quarantined=row.quarantined,
        snapshot=row.snapshot,
        digest=row.digest,
        reasons=row.reasons,
        mode=Mode(row.mode),
        erased=row.erased,
    )


def batches(code: str, limit: int) -> list[Batch]:
    rows = BatchTable.objects.filter(dataset=dataset(code)).select_related("dataset").order_by("-number")[:limit]
    return [batch(row) for row in rows]


def datasets() -> list[DatasetRow]:
    return [
        DatasetRow(
            code=row.code,
            title=Text(row.name, row.name_en),
            owner=row.owner,
            division=row.division,
            version=row.version,
            cycle=row.cycle,
            sensitivity=row.sensitivity,
            snapshot=row.snapshot,
            rows=row.rows,
            subjects=row.subjects,
            updated_at=row.updated_at,
        )
        for row in Dataset.objects.order_by("code")
    ]


def snapshots(code: str) -> list[SnapshotRow]:
    row = dataset(code)
    found = (
        Snapshot.objects.filter(dataset=row)
        .select_related("batch")
        .annotate(many=Count("files"), weight=Sum("files__bytes"))
        .order_by("-number")
    )
    return [
        SnapshotRow(
            dataset=code,
            number=one.number,
            batch=one.batch.number,
            rows=one.rows,
            subjects=one.subjects,
            files=one.many,
            bytes=one.weight or 0,
            as_of=one.as_of,
            current=one.number == row.snapshot,
            kind=one.kind,
            pinned=one.pinned,
        )
        for one in found
    ]
