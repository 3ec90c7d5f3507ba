"""The one transaction that makes a batch's files the dataset's current snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shudao.contexts.pool.adapters.files import WrittenFile
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.events import BatchPublished
from shudao.contexts.pool.models import Batch as BatchTable
from shudao.contexts.pool.models import DataFile, Dataset, Snapshot
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox


def publish(
    row: Dataset,
    batch: Batch,
    written: Sequence[WrittenFile],
    *,
    filled: Mapping[str, int],
    acting: Actor,
    now: datetime,
    key: str,
) -> Batch:
    """Write the batch, its files and the snapshot; the rows in the files must be the rows that were judged."""
    good = sum(file.rows for file in written if file.kind == "data")
    if good != batch.good or sum(file.rows for file in written) != batch.rows:
        raise RuntimeError("rows were lost between judging and writing")
    kept = BatchTable.objects.create(
        number=batch.number,
        dataset=row,
        version=row.version,
        key=key,
        digest=batch.digest,
        rows=batch.rows,
        good=batch.good,
        quarantined=batch.quarantined,
        reasons=dict(batch.reasons),
        filled=dict(filled),
        snapshot=batch.snapshot,
        received_at=now,
    )
    files = DataFile.objects.bulk_create([_file(kept, file) for file in written])
    _show(row, kept, batch, [file for file in files if file.kind == "data"], now)
    audit.record(
        acting=acting,
        action="pool.ingest",
        target=row.code,
        now=now,
        before={"snapshot": row.snapshot},
        after={"snapshot": batch.snapshot, "batch": batch.number, "good": batch.good, "quarantined": batch.quarantined},
    )
    outbox.emit(BatchPublished(dataset=row.code, batch=batch.number), now=now)
    return batch


def _show(row: Dataset, kept: BatchTable, batch: Batch, files: list[DataFile], now: datetime) -> None:
    """Make the batch's good rows the dataset's current snapshot."""
    subjects = sum(file.subjects for file in files)
    snapshot = Snapshot.objects.create(
        dataset=row,
        number=batch.snapshot,
        batch=kept,
        version=row.version,
        rows=batch.good,
        subjects=subjects,
        as_of=now,
    )
    snapshot.files.add(*files)
    Dataset.objects.filter(pk=row.pk).update(
        snapshot=batch.snapshot, rows=batch.good, subjects=subjects, updated_at=now
    )


def _file(batch: BatchTable, file: WrittenFile) -> DataFile:
    return DataFile(
        path=file.path,
        batch=batch,
        kind=file.kind,
        bucket=file.bucket,
        digest=file.digest,
        bytes=file.bytes,
        rows=file.rows,
        subjects=file.subjects,
    )
