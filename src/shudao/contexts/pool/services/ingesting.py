"""
Take in a delivery: judge, hash, seal, write, publish, index.

Everything slow happens before the one transaction that makes the new snapshot valid. Whatever kills the process leaves
the old snapshot or the new one whole; files that no manifest names are removed by the dataset's next batch, and an
index that fell behind is built anew by it.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import lmdb
from django.conf import settings

from shudao.contexts.pool.adapters import files, index, keys, locks, sources
from shudao.contexts.pool.adapters.engine import Judged
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.adapters.vault import Vault
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.contracts.refusals import (
    DatasetUnknown,
    PoolFull,
)
from shudao.contexts.pool.models import Batch as BatchTable
from shudao.contexts.pool.models import Dataset
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import allowing, crossing, evolving, publishing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

Progress = Callable[[str, float], None]


def ingest(
    *, dataset: str, source: Path, acting: Actor, now: datetime, key: str, progress: Progress | None = None
) -> Batch:
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    tell = progress or _silent
    digest = sources.digest(source)
    with locks.only_writer(dataset):
        done = BatchTable.objects.filter(dataset=row, key=key).select_related("dataset").first()
        if done is None:
            _tidy(row)
            row = evolving.follow(row, source, acting=acting, now=now)
            batch = _take_in(row, source, digest, acting, now, key, tell)
        elif done.digest != digest:
            raise KeyReused(key=key)
        else:
            batch = manifest.batch(done)
        _catch_up(Dataset.objects.get(pk=row.pk), tell)
    tell("done", 1.0)
    return batch


def rebuild_index(dataset: str, *, acting: Actor, now: datetime) -> int:
    row = manifest.dataset(dataset)
    snapshot = manifest.current(row)
    if snapshot is None:
        raise DatasetUnknown(dataset=dataset)
    with locks.only_writer(dataset):
        subjects = index.build(snapshot, manifest.contract(row, snapshot.version))
        with outbox.unit_of_work():
            audit.record(
                acting=acting,
                action="pool.rebuild_index",
                target=dataset,
                now=now,
                after={"snapshot": snapshot.number, "subjects": subjects},
            )
    return subjects


def _silent(step: str, share: float) -> None:
    return None


def _take_in(row: Dataset, source: Path, digest: str, acting: Actor, now: datetime, key: str, tell: Progress) -> Batch:
    contract, number = manifest.contract(row), new_id()
    folder = _folder(row.code) / number
    try:
        delivery, written = _write(contract, number, source, folder, now, tell)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if _is_full(error):
            raise PoolFull from error
        raise
    rows, good, reasons, filled = delivery
    batch = Batch(number, row.code, rows, good, rows - good, row.snapshot + 1, digest, reasons)
    tell("publish", 0.0)
    return outbox.once(
        scope=f"pool.ingest:{row.code}",
        key=key,
        request=(row.code, digest),
        result_type=Batch,
        do=lambda: publishing.publish(row, batch, written, filled=filled, acting=acting, now=now, key=key),
    )


def _write(
    contract: DatasetContract, number: str, source: Path, folder: Path, now: datetime, tell: Progress
) -> tuple[tuple[int, int, dict[str, int], dict[str, int]], list[files.WrittenFile]]:
    root = Path(settings.POOL_ROOT)
    folder.mkdir(mode=0o700, parents=True)
    key = keys.sealing_key(keys.FILES)
    opening = {key.id: key.secret}
    tell("judge", 0.0)
    delivery = sources.open_source(source, [column.name for column in contract.columns])
    today, other = local_date(now), crossing.others(contract)
    with Judged(contract, delivery, today=today, subject_key=keys.subject_key(), other=other) as judged:
        rows, good = judged.counts()
        reasons, filled = judged.reasons(), judged.filled()
        kept = 0

        def keep(pairs: list[tuple[bytes, str]]) -> None:
            nonlocal kept
            vault.keep(pairs)
            kept += len(pairs)
            tell("write", min(kept / max(good, 1), 1.0))

        with Vault() as vault:
            written = files.DataWriter(root, folder, contract, number, key.id, opening).write(judged.good(), keep)
        if rows > good or delivery.misshapen:
            seal = FileSeal.new(dataset=contract.code, batch=number, version=contract.version, key_id=key.id)
            path = folder / "quarantine.parquet"
            written.append(files.write_quarantine(root, path, seal, opening, judged.bad(), delivery.misshapen))
    _sync(folder)
    if delivery.misshapen:
        rows += len(delivery.misshapen)
        reasons["row.shape"] = len(delivery.misshapen)
    return (rows, good, reasons, filled), written


def _sync(folder: Path) -> None:
    for place in (folder, folder.parent, folder.parent.parent):
        sync_folder(place)


def _folder(dataset: str) -> Path:
    return Path(settings.POOL_ROOT) / "datasets" / dataset


def _tidy(row: Dataset) -> None:
    """Remove the folders of batches that never came to be; the dataset's lock is held."""
    folder = _folder(row.code)
    if not folder.exists():
        return
    named = set(BatchTable.objects.filter(dataset=row).values_list("number", flat=True))
    for place in folder.iterdir():
        if place.name not in named:
            shutil.rmtree(place, ignore_errors=True)


def _catch_up(row: Dataset, tell: Progress) -> None:
    """Bring the index to the current snapshot where it is behind."""
    snapshot = manifest.current(row)
    if snapshot is None or index.stands_at(row.code) == snapshot.number:
        return
    tell("index", 0.0)
    index.build(snapshot, manifest.contract(row, snapshot.version))


def _is_full(error: BaseException) -> bool:
    if isinstance(error, (lmdb.MapFullError, lmdb.DiskError)):
        return True
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
