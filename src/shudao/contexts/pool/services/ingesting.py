"""
Take in a delivery: judge, hash, seal, write, publish, index.

Everything slow happens before the one transaction that makes the new snapshot valid. Whatever kills the process leaves
the old snapshot or the new one whole; files that no manifest names are removed by the dataset's next batch, and an
index that fell behind is brought up to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from shudao.contexts.pool.adapters import index, live, locks, sources, underway, vault
from shudao.contexts.pool.adapters.datafiles import WrittenFile, written
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.contracts.refusals import DatasetUnknown
from shudao.contexts.pool.models import Batch as BatchTable
from shudao.contexts.pool.models import Dataset, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules.contract import of_keys
from shudao.contexts.pool.services import allowing, cleaning_up, crossing, evolving, publishing, storing
from shudao.contexts.pool.services.taking_in import Intake, Taken
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

Progress = Callable[[str, float], None]
_log = logging.getLogger(__name__)


def ingest(
    *,
    dataset: str,
    source: Path,
    acting: Actor,
    now: datetime,
    key: str,
    progress: Progress | None = None,
    mode: Mode = Mode.FULL,
) -> Batch:
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    digest = sources.digest(source)
    with locks.only_writer(dataset), underway.shown(dataset, mode, now, progress or silent) as tell:
        done = BatchTable.objects.filter(dataset=row, key=key).select_related("dataset").first()
        if done is None:
            cleaning_up.tidy(row)
            if mode is not Mode.DELETE:
                row = evolving.follow(row, source, acting=acting, now=now)
            batch = _take_in(row, mode, source, digest, acting, now, key, tell)
        elif done.digest != digest:
            raise KeyReused(key=key)
        else:
            batch = manifest.batch(done)
        show_current(Dataset.objects.get(pk=row.pk), tell)
        tell("done", 1.0)
    return batch


def rebuild_index(dataset: str, *, acting: Actor, now: datetime) -> int:
    row = manifest.dataset(dataset)
    snapshot = manifest.current(row)
    if snapshot is None:
        raise DatasetUnknown(dataset=dataset)
    with locks.only_writer(dataset):
        snapshot.layers = []
        try:
            index.show(snapshot, live.of(snapshot), manifest.contract(row, snapshot.version))
        except Exception as error:
            if (refused := storing.refusal(error)) is not None:
                raise refused from error
            raise
        with outbox.unit_of_work():
            audit.record(
                acting=acting,
                action="pool.rebuild_index",
                target=dataset,
                now=now,
                after={"snapshot": snapshot.number, "subjects": snapshot.subjects},
            )
    return snapshot.subjects


def silent(step: str, share: float) -> None:
    """Tell nobody."""


def _take_in(
    row: Dataset, mode: Mode, source: Path, digest: str, acting: Actor, now: datetime, key: str, tell: Progress
) -> Batch:
    number = new_id()
    folder = cleaning_up.folder(row.code) / number
    before = manifest.current(row) if mode is not Mode.FULL else None
    try:
        taken = _write(manifest.contract(row), mode, number, source, folder, before, now, tell)
    except BaseException as error:
        cleaning_up.undo(row, folder)
        if (refused := storing.refusal(error)) is not None:
            raise refused from error
        raise
    batch = Batch(
        number, row.code, taken.rows, taken.good, taken.rows - taken.good, row.snapshot + 1, digest, taken.reasons, mode
    )
    tell("publish", 0.0)
    return outbox.once(
        scope=f"pool.ingest:{row.code}",
        key=key,
        request=(row.code, digest),
        result_type=Batch,
        do=lambda: publishing.publish(row, batch, taken, before, acting=acting, now=now, key=key),
    )


def _write(
    contract: DatasetContract,
    mode: Mode,
    number: str,
    source: Path,
    folder: Path,
    before: Snapshot | None,
    now: datetime,
    tell: Progress,
) -> Taken:
    folder.mkdir(mode=0o700, parents=True)
    standing = live.of(before) if before is not None else None
    judged = of_keys(contract) if mode is Mode.DELETE else contract
    intake = Intake(contract, mode, number=number, source=source, folder=folder, before=standing, tell=tell)
    with crossing.others(judged) as others:
        taken = intake.run(local_date(now), others)
    if standing is not None and taken.dead.num_rows:
        taken.files.append(_dead(standing, taken, folder))
    for place in (folder, *folder.parents[:3], vault.folder()):
        if place.exists():  # where no row was ever good, there is no vault
            sync_folder(place)
    return taken


def _dead(before: Live, taken: Taken, folder: Path) -> WrittenFile:
    """Write which rows are dead now, those that were already included."""
    path = folder / "dead.parquet"
    rows = live.write_dead(path, before, taken.dead)
    return written(before.root, path, kind="dead", bucket=-1, rows=rows, subjects=0)


def show_current(row: Dataset, tell: Progress) -> None:
    """Let the index show what was published; it counts already, so a full disk makes the index late, nothing else."""
    try:
        catch_up(row, tell)
    except Exception as error:
        if not storing.is_full(error):
            raise
        _log.error("the index of %s is behind until there is space: %s", row.code, error)


def bring_up(dataset: str) -> None:
    """Let the index show the current snapshot where it is behind. Raises DatasetBusy."""
    with locks.only_writer(dataset):
        show_current(manifest.dataset(dataset), silent)


def catch_up(row: Dataset, tell: Progress) -> None:
    """Bring the index to the current snapshot where it is behind."""
    snapshot = manifest.current(row)
    if snapshot is None or (snapshot.layers and index.stands_at(row.code) == snapshot.number):
        return
    tell("index", 0.0)
    index.show(snapshot, live.of(snapshot), manifest.contract(row))
