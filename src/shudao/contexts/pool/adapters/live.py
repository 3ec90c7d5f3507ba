"""
The rows of a snapshot: its files' rows, without those that later deliveries replaced or removed.

Which rows are dead is a file too: path and row number of each.
"""

# ruff: noqa: S608 - the SQL's variable parts are names of this room

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from numpy.typing import NDArray

from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.models import Dataset, DatasetVersion, Snapshot

DEAD = pa.schema([pa.field("path", pa.dictionary(pa.int32(), pa.string())), pa.field("row", pa.int64())])


@dataclass(frozen=True, slots=True)
class Live:
    """
    The files of a snapshot.

    Args:
        root: The pool's folder.
        paths: The data files, relative to it.
        dead: The file of dead rows, relative to it; "" where no row is dead.
        versions: The dataset's contracts by number: a file is laid out by the one it was written under.
    """

    root: Path
    paths: tuple[str, ...]
    dead: str = ""
    versions: Mapping[int, DatasetContract] = field(default_factory=dict)

    def relation(self, name: str = "live") -> tuple[str, dict[str, object]]:
        """
        Return SQL that yields the live rows, and its parameters; there must be a file.

        Args:
            name: Prefix of the parameters' names, where several relations meet in one query.
        """
        files = {f"{name}_files": [str(self.root / path) for path in self.paths]}
        if not self.dead:
            return f"SELECT * FROM read_parquet(${name}_files, union_by_name = true)", files
        dead = {f"{name}_dead": str(self.root / self.dead), f"{name}_root": f"{self.root}/"}
        return (
            "SELECT rows_.* EXCLUDE (filename, file_row_number) "
            f"FROM read_parquet(${name}_files, union_by_name = true, filename = true, file_row_number = true) AS rows_ "
            f"ANTI JOIN (SELECT ${name}_root || path AS file, row FROM read_parquet(${name}_dead)) AS dead "
            "ON rows_.file_row_number = dead.row AND rows_.filename = dead.file"
        ), {**files, **dead}


def of(snapshot: Snapshot) -> Live:
    """Return the files of a snapshot of the manifest."""
    paths = snapshot.files.filter(kind="data").order_by("path").values_list("path", flat=True)
    dead = snapshot.dead.path if snapshot.dead else ""
    return Live(Path(settings.POOL_ROOT), tuple(paths), dead, versions(snapshot.dataset))


def versions(row: Dataset) -> dict[int, DatasetContract]:
    """Return every version of a dataset's contract by its number."""
    kept = DatasetVersion.objects.filter(dataset=row).values_list("number", "contract")
    return {number: msgspec.convert(contract, DatasetContract) for number, contract in kept}


def write_dead(path: Path, before: Live, dead: pa.Table) -> int:
    """Write, durably, which rows are dead from now on, those of `before` included; return how many."""
    whole = pa.concat_tables([read_dead(before), dead]).unify_dictionaries()
    keep_dead(path, whole)
    return whole.num_rows


def keep_dead(path: Path, dead: pa.Table) -> None:
    """Write, durably, a file of dead rows (`DEAD`)."""
    with path.open("xb") as file:
        pq.write_table(dead, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def read_dead(live: Live) -> pa.Table:
    """Return the dead rows of a snapshot."""
    if not live.dead:
        return DEAD.empty_table()
    return pq.read_table(live.root / live.dead, partitioning=None).cast(DEAD)


def by_file(dead: pa.Table) -> Mapping[str, NDArray[np.int64]]:
    """Return path → the numbers of its dead rows, ascending."""
    if not dead.num_rows:
        return {}
    column = dead.unify_dictionaries().column("path").combine_chunks()
    words: Sequence[str] = column.dictionary.to_pylist()
    numbers, rows = column.indices.to_numpy(), dead.column("row").to_numpy()
    return {words[one]: np.sort(rows[numbers == one]) for one in np.unique(numbers).tolist()}
