"""
Put files that were written anew in the place of others, in every snapshot at once.

An entry of the manifest stays what it is and gets another path. Files of dead rows name rows by path and number, so
they are written anew too; what each snapshot counts follows from which of the rows that left were alive in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db.models import F
from numpy.typing import NDArray

from shudao.contexts.pool.adapters import live, rewriting
from shudao.contexts.pool.adapters.datafiles import WrittenFile, written
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.rewriting import Rewritten
from shudao.contexts.pool.models import DataFile, Dataset, Snapshot
from shudao.kernel.folders import sync_folder


@dataclass(slots=True)
class Swap:
    """
    What is to take whose place; made before the transaction that `carry_out` runs in.

    Args:
        data: Data files and what was written in their stead.
        dead: Files of dead rows, and what was written in their stead.
        rows: Snapshot → rows that it loses; every snapshot that loses any loses one subject.
        aside: Quarantine files, and what was written in their stead; None for a file that is empty now.
    """

    data: Sequence[tuple[DataFile, Rewritten]]
    aside: Sequence[tuple[DataFile, WrittenFile | None]] = ()
    dead: list[tuple[DataFile, WrittenFile]] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)


def prepare(
    row: Dataset,
    data: Sequence[tuple[DataFile, Rewritten]],
    aside: Sequence[tuple[DataFile, WrittenFile | None]] = (),
) -> Swap:
    """Write the files of dead rows that go with these data files, durably; the dataset's lock is held."""
    swap = Swap(data, aside)
    changed = {file.path: new for file, new in data}
    dead_of: dict[int, Mapping[str, NDArray[np.int64]]] = {}
    root = Path(settings.POOL_ROOT)
    for file in DataFile.objects.filter(dataset=row, kind="dead"):
        dead = live.read_dead(Live(root, (), file.path))
        dead_of[file.pk] = live.by_file(dead)
        if changed.keys() & dead_of[file.pk].keys():
            swap.dead.append((file, _dead_anew(root, file, dead_of[file.pk], changed)))
    for snapshot in Snapshot.objects.filter(dataset=row):
        dead_rows = dead_of.get(snapshot.dead_id or 0, {})
        shown = snapshot.files.filter(path__in=changed).values_list("path", flat=True)
        lost = sum(len(np.setdiff1d(changed[path].gone, dead_rows.get(path, []))) for path in shown)
        if lost:
            swap.rows[snapshot.pk] = lost
    made = [*(new.file for _, new in data), *(new for _, new in swap.dead), *(new for _, new in aside if new)]
    for folder in {(root / file.path).parent for file in made}:
        sync_folder(folder)
    return swap


def carry_out(row: Dataset, swap: Swap) -> None:
    """Let the manifest name the new files; in the caller's unit of work."""
    for file, new in swap.data:
        _rename(file, new.file, file.subjects - (1 if len(new.gone) else 0))
    for file, dead in swap.dead:
        _rename(file, dead, 0)
    for file, rows_aside in swap.aside:
        if rows_aside is None:
            file.delete()
        else:
            _rename(file, rows_aside, 0)
    for snapshot, rows in swap.rows.items():
        Snapshot.objects.filter(pk=snapshot).update(rows=F("rows") - rows, subjects=F("subjects") - 1)
    current = Snapshot.objects.filter(dataset=row, number=row.snapshot).first()
    if current is not None:
        Dataset.objects.filter(pk=row.pk).update(rows=current.rows, subjects=current.subjects)


def _rename(file: DataFile, new: WrittenFile, subjects: int) -> None:
    DataFile.objects.filter(pk=file.pk).update(
        path=new.path, digest=new.digest, bytes=new.bytes, rows=new.rows, subjects=subjects
    )


def _dead_anew(
    root: Path, file: DataFile, dead: Mapping[str, NDArray[np.int64]], changed: Mapping[str, Rewritten]
) -> WrittenFile:
    tables = [live.DEAD.empty_table()]
    for path, rows in dead.items():
        new = changed.get(path)
        if new is not None:
            path = new.file.path
            rows = np.setdiff1d(rows, new.gone)
            rows = rows - np.searchsorted(new.gone, rows)
        table = pa.table([pa.repeat(path, len(rows)), pa.array(rows, pa.int64())], live.DEAD.names)
        tables.append(table.cast(live.DEAD))
    whole = pa.concat_tables(tables).unify_dictionaries()
    target = rewriting.beside(root / file.path)
    live.keep_dead(target, whole)
    return written(root, target, kind="dead", bucket=-1, rows=whole.num_rows, subjects=0)
