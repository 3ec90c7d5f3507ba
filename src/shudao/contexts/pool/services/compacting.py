"""
Merge what deliveries added, replaced and removed into new files and one layer of the index.

The rows stay the same, and so does the instant they are as of; only the snapshot's number is new. Older snapshots keep
their files. Like a delivery, it counts from the one transaction that names its files.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shudao.contexts.pool.adapters import index, keys, layers, live, locks, merging
from shudao.contexts.pool.adapters.datafiles import DataWriter, WrittenFile
from shudao.contexts.pool.adapters.held import Holder
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.refusals import ContractBroken, DatasetUnknown
from shudao.contexts.pool.models import Batch, DataFile, Dataset, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import compacting as rules
from shudao.contexts.pool.services import allowing, cleaning_up, ingesting, publishing, storing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class _Merged:
    files: list[WrittenFile]
    layer: str
    rows: int
    subjects: int


def compact(dataset: str, *, acting: Actor, now: datetime) -> int:
    """
    Merge the files of the current snapshot; return the number of the snapshot that shows the merged ones.

    Where nothing was delivered since the last time, nothing is done, and the current number is returned.

    Raises:
        DatasetUnknown: no such dataset, or nothing was ever delivered.
        ContractBroken: a column went, or is kept in another way, since its files were written; values would be lost.
        DatasetBusy, SignInNeeded, Forbidden, PoolFull, DiskFailed.
    """
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    with locks.only_writer(dataset):
        cleaning_up.tidy(row)
        row.refresh_from_db()
        before = manifest.current(row)
        if before is None:
            raise DatasetUnknown(dataset=dataset)
        nothing_new = before.kind == "compaction" or not before.rows
        number = before.number if nothing_new else _compact(row, before, acting, now)
        ingesting.show_current(Dataset.objects.get(pk=row.pk), ingesting.silent)
    return number


def due() -> list[str]:
    """Return the datasets (codes) whose current snapshot should be merged, and can be."""
    return [row.code for row in Dataset.objects.filter(snapshot__gt=0).order_by("code") if _is_due(row)]


def _is_due(row: Dataset) -> bool:
    snapshot = manifest.current(row)
    if snapshot is None or not snapshot.rows:
        return False
    files = list(snapshot.files.values_list("path", "rows"))
    deliveries = max(len(snapshot.layers), len({path.rpartition("/")[0] for path, _ in files}))
    dead = snapshot.dead.rows if snapshot.dead else 0
    due = rules.is_due(deliveries=deliveries, rows=sum(rows for _, rows in files), dead=dead)
    return due and rules.keeps_all(manifest.contract(row), live.versions(row).values())


def _compact(row: Dataset, before: Snapshot, acting: Actor, now: datetime) -> int:
    contract, standing = manifest.contract(row), live.of(before)
    if not rules.keeps_all(contract, standing.versions.values()):
        raise ContractBroken(fields={"columns": "旧版约定中有列已被取消或改变，合并会丢失数据；请先整套报送一次。"})
    number = new_id()
    folder = cleaning_up.folder(row.code) / number
    folder.mkdir(mode=0o700, parents=True)
    try:
        merged = _merge(contract, standing, number, folder)
        if (merged.rows, merged.subjects) != (before.rows, before.subjects):
            raise RuntimeError("rows were lost or found while files were merged")
    except BaseException as error:
        cleaning_up.undo(row, folder)
        if (refused := storing.refusal(error)) is not None:
            raise refused from error
        raise
    with outbox.unit_of_work():
        return _publish(row, before, merged, acting, now)


def _merge(contract: DatasetContract, standing: Live, number: str, folder: Path) -> _Merged:
    key, holder = keys.sealing_key(keys.FILES), Holder(contract, Hasher(keys.subject_key()))
    rows = 0
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(DataWriter(standing.root, folder, holder, number, (key.id, key.secret)))
        layer = stack.enter_context(layers.writer(index.path(contract.code), contract))
        for table in merging.rows(standing, holder, keys.opening_keys(keys.FILES)):
            data.write(table)
            layers.add(layer, table, holder)
            rows += table.num_rows
        files, name = data.finish(), layer.finish().name
    for place in (folder, folder.parent):
        sync_folder(place)
    return _Merged(files, name, rows, sum(file.subjects for file in files))


def _publish(row: Dataset, before: Snapshot, merged: _Merged, acting: Actor, now: datetime) -> int:
    made = DataFile.objects.bulk_create(publishing.file_of(row, None, file) for file in merged.files)
    origins = list(_origins(before))
    for file in made:
        file.origins.set(origins)
    snapshot = Snapshot.objects.create(
        dataset=row,
        number=row.snapshot + 1,
        batch=before.batch,
        version=row.version,
        rows=merged.rows,
        subjects=merged.subjects,
        as_of=before.as_of,
        layers=[merged.layer],
        kind="compaction",
    )
    snapshot.files.set(made)
    Dataset.objects.filter(pk=row.pk).update(snapshot=snapshot.number)
    audit.record(
        acting=acting,
        action="pool.compact",
        target=row.code,
        now=now,
        before={"snapshot": before.number},
        after={"snapshot": snapshot.number, "rows": merged.rows, "files": len(made)},
    )
    return snapshot.number


def _origins(snapshot: Snapshot) -> set[Batch]:
    """Return the deliveries whose rows are in a snapshot's files."""
    files = snapshot.files.all()
    return {*Batch.objects.filter(files__in=files), *Batch.objects.filter(compacted__in=files)}
