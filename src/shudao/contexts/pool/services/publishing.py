"""The one transaction that makes a batch's rows part of the dataset's current snapshot."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.pool.adapters.datafiles import WrittenFile
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.events import BatchPublished
from shudao.contexts.pool.models import Batch as BatchTable
from shudao.contexts.pool.models import DataFile, Dataset, Snapshot
from shudao.contexts.pool.services.taking_in import Taken
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox


def publish(
    row: Dataset, batch: Batch, taken: Taken, before: Snapshot | None, *, acting: Actor, now: datetime, key: str
) -> Batch:
    """
    Write the batch, its files and the snapshot; the rows in the files must be the rows that were judged.

    Args:
        row: The dataset.
        batch: What is told of the delivery.
        taken: What came of it.
        before: The snapshot that it adds to, replaces in or takes from; None for the whole register.
        acting: Who delivers it.
        now: Aware, UTC.
        key: Idempotency key.
    """
    _refuse_lost_rows(batch, taken)
    kept = BatchTable.objects.create(
        number=batch.number,
        dataset=row,
        version=row.version,
        mode=batch.mode,
        key=key,
        digest=batch.digest,
        rows=batch.rows,
        good=batch.good,
        quarantined=batch.quarantined,
        reasons=dict(batch.reasons),
        filled=dict(taken.filled),
        snapshot=batch.snapshot,
        received_at=now,
    )
    files = DataFile.objects.bulk_create([file_of(row, kept, file) for file in taken.files])
    _show(row, kept, taken, files, before, now)
    audit.record(
        acting=acting,
        action="pool.ingest",
        target=row.code,
        now=now,
        before={"snapshot": row.snapshot},
        after={
            "snapshot": batch.snapshot,
            "batch": batch.number,
            "mode": batch.mode.value,
            "good": batch.good,
            "quarantined": batch.quarantined,
        },
    )
    outbox.emit(BatchPublished(dataset=row.code, batch=batch.number), now=now)
    return batch


def _refuse_lost_rows(batch: Batch, taken: Taken) -> None:
    rows = {kind: sum(file.rows for file in taken.files if file.kind == kind) for kind in ("data", "quarantine")}
    good = taken.dead.num_rows if batch.mode is Mode.DELETE else rows["data"]
    if good != batch.good or rows["quarantine"] != batch.quarantined:
        raise RuntimeError("rows were lost between judging and writing")


def _show(
    row: Dataset, kept: BatchTable, taken: Taken, files: list[DataFile], before: Snapshot | None, now: datetime
) -> None:
    """Make the snapshot: what stood before, with what came, without what is gone."""
    added = 0 if kept.mode == Mode.DELETE else taken.good
    rows = added - taken.dead.num_rows + (before.rows if before else 0)
    subjects = taken.subjects + (before.subjects if before else 0)
    dead = next((file for file in files if file.kind == "dead"), before.dead if before else None)
    snapshot = Snapshot.objects.create(
        dataset=row,
        number=kept.snapshot,
        batch=kept,
        version=row.version,
        rows=rows,
        subjects=subjects,
        as_of=now,
        dead=dead,
        layers=[*(before.layers if before else []), *([taken.layer] if taken.layer else [])],
    )
    shown = [file for file in files if file.kind == "data"]
    snapshot.files.add(*(before.files.all() if before else ()), *shown)
    Dataset.objects.filter(pk=row.pk).update(snapshot=kept.snapshot, rows=rows, subjects=subjects, updated_at=now)


def file_of(dataset: Dataset, batch: BatchTable | None, file: WrittenFile) -> DataFile:
    """Return a file's row in the manifest; one that was compacted is of no batch."""
    return DataFile(
        path=file.path,
        dataset=dataset,
        batch=batch,
        kind=file.kind,
        bucket=file.bucket,
        digest=file.digest,
        bytes=file.bytes,
        rows=file.rows,
        subjects=file.subjects,
    )
