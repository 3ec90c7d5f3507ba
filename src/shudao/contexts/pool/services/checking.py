"""
Check that everything is as it was written: files by digest, index values and vault entries by their seals.

What can be made anew, the index, is: at the worker's upkeep, where a look-up met damage, and after a look at all
pages once a day.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import index, keys, vault
from shudao.contexts.pool.contracts.deliveries import (
    Damage,
)
from shudao.contexts.pool.contracts.refusals import DatasetBusy
from shudao.contexts.pool.models import DataFile, Dataset
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import ingesting
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.texts import Text
from shudao.plane.lookup.contracts import IndexDamaged, IndexMissing
from shudao.plane.lookup.reader import IndexReader

_LOOK_EVERY = 86_400.0
_log = logging.getLogger(__name__)


def check(dataset: str) -> list[Damage]:
    row = manifest.dataset(dataset)
    return [*_files(row), *_index(row), *_vault(row)]


def doubtful() -> list[str]:
    """Return the datasets (codes) whose index is behind, met damage, or was not looked at for a day."""
    found = []
    for row in Dataset.objects.filter(snapshot__gt=0).order_by("code"):
        looked = index.looked(row.code)
        late = looked is None or time.time() - looked > _LOOK_EVERY
        if late or index.stands_at(row.code) != row.snapshot:
            found.append(row.code)
    return found


def heal(*, now: datetime) -> list[str]:
    """
    Look at each of these, make anew of the files what is not whole; return the datasets where that was needed.

    Where it cannot be done, as when files are damaged too or the disk is full, the log says so, and the next is next.
    """
    healed = []
    for code in doubtful():
        try:
            if _healed(code, now):
                healed.append(code)
        except DatasetBusy:
            continue  # the delivery does it, or the next time
        except Exception as error:
            _log.error("the index of %s cannot be made anew: %s: %s", code, type(error).__name__, error)
    return healed


def _healed(code: str, now: datetime) -> bool:
    ingesting.bring_up(code)
    snapshot = manifest.current(manifest.dataset(code))
    layers = list(snapshot.layers) if snapshot else []
    why = index.problem(code, layers, all_of_it=index.looked(code) is None)
    if why:
        _log.error("the index of %s is made anew: %s", code, why)
        ingesting.rebuild_index(code, acting=SYSTEM, now=now)
    return bool(why)


def _files(row: Dataset) -> Iterator[Damage]:
    for file in DataFile.objects.filter(dataset=row).order_by("path"):
        path = Path(settings.POOL_ROOT) / file.path
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            yield Damage(
                row.code, "file_missing", file.path, Text(f"文件 {file.path} 不见了。", f"File {file.path} is missing.")
            )
            continue
        if found != file.digest:
            yield Damage(
                row.code,
                "file_changed",
                file.path,
                Text(
                    f"文件 {file.path} 被改动：登记摘要 {file.digest}，现为 {found}。",
                    f"File {file.path} was changed: digest on record {file.digest}, now {found}.",
                ),
            )


def _index(row: Dataset) -> Iterator[Damage]:
    where = index.path(row.code).relative_to(settings.POOL_ROOT).as_posix()
    if not row.snapshot:
        return
    try:
        reader = IndexReader(index.path(row.code), keys.opening_keys(keys.INDEX))
    except IndexMissing:
        yield Damage(row.code, "index_missing", where, Text("查询索引不存在。", "There is no look-up index."))
        return
    except IndexDamaged as error:
        yield _value(row, where, str(error))
        return
    try:
        if reader.snapshot != row.snapshot:
            yield Damage(
                row.code,
                "index_behind",
                where,
                Text(
                    f"查询索引停在快照 {reader.snapshot}，当前快照是 {row.snapshot}。",
                    f"The look-up index stands at snapshot {reader.snapshot}, the current one is {row.snapshot}.",
                ),
            )
        for sentence in reader.problems():
            yield _value(row, where, sentence)
    finally:
        reader.close()


def _value(row: Dataset, where: str, sentence: str) -> Damage:
    return Damage(row.code, "value_changed", where, Text(f"查询索引的条目被改动或缺失：{sentence}", sentence))


def _vault(row: Dataset) -> Iterator[Damage]:
    for prefix, why in vault.damaged():
        yield Damage(
            row.code,
            "vault_changed",
            prefix.hex(),
            Text(
                f"保险库中主体以 {prefix.hex()} 开头的一组条目已损坏：{why}。",
                f"The vault entries of subjects beginning with {prefix.hex()} are damaged: {why}.",
            ),
        )
