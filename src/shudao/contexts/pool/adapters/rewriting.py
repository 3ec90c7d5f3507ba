"""
A data file written anew: sealed by the active key, without somebody's rows, without their hash in others' rows.

The seals' key is another one, since a file has a key of its own: a nonce is never used for two contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.columnseals import ColumnCipher
from shudao.contexts.pool.adapters.datafiles import SEALED, OpenFile, WrittenFile, plain_columns, sealed_columns
from shudao.contexts.pool.adapters.held import SUBJECT, raw
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.contracts.datasets import DatasetContract, Identifier
from shudao.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Rewritten:
    """
    What stands in a file's place.

    Args:
        file: The new file; its `subjects` are to be set by who knows how many there were.
        gone: Numbers, in the old file, of the rows that left it, ascending.
        mentions: How many values in others' rows became null.
    """

    file: WrittenFile
    gone: NDArray[np.int64]
    mentions: int


def seal_of(path: Path) -> FileSeal:
    """Return what a file says of itself. Raises SealBroken."""
    return FileSeal.read(pq.read_schema(path).metadata)


def beside(path: Path) -> Path:
    """Return where the file that takes this one's place is written: beside it, under a name of its own."""
    return path.with_name(f"{path.name.split('.')[0]}.{new_id()}.parquet")


def holds(path: Path, contract: DatasetContract, subject: bytes) -> bool:
    """Whether a subject has a row in a file, or stands in an identifier of somebody else's."""
    return _has(path, [SUBJECT, *_identifiers(contract)], subject)


def has_rows(path: Path, subject: bytes) -> bool:
    """Whether a subject has a row in a file."""
    return _has(path, [SUBJECT], subject)


def _has(path: Path, names: list[str], subject: bytes) -> bool:
    with pq.ParquetFile(path) as file:
        names = [name for name in names if name in file.schema_arrow.names]
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            within = [name for name in names if _within(group, file.schema_arrow.names.index(name), subject)]
            if within and any(_is(column, subject).any() for column in file.read_row_group(number, within).columns):
                return True
    return False


def rewrite(
    root: Path,
    path: Path,
    contract: DatasetContract,
    keys: Mapping[str, bytes],
    key: tuple[str, bytes],
    without: bytes | None = None,
) -> Rewritten:
    """
    Write a data file anew beside it.

    Args:
        root: The pool's folder.
        path: The file.
        contract: Under which it was written.
        keys: Key id → key that opens it.
        key: Id and secret that the new seals' key comes of.
        without: A subject that leaves it.

    Raises:
        SealBroken: a block is not what was sealed.
    """
    before = seal_of(path)
    seal = FileSeal.new(dataset=before.dataset, batch=before.batch, version=before.version, key_id=key[0])
    old, new = ColumnCipher(before, keys), ColumnCipher(seal, dict([key]))
    target, gone, mentions, start = beside(path), [np.zeros(0, np.int64)], 0, 0
    with pq.ParquetFile(path) as file, OpenFile(root, target, file.schema_arrow, seal) as made:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number).combine_chunks()
            subjects = raw(table)
            keep = np.ones(table.num_rows, np.bool_)
            if without is not None:
                keep = ~_is(table.column(SUBJECT), without)
                table, nulled = _unnamed(table, contract, without, keep)
                mentions += nulled
            gone.append(start + np.flatnonzero(~keep))
            start += table.num_rows
            sealed = table.column(SEALED).combine_chunks()
            if sealed_columns(contract):
                sealed = old.moved(sealed, subjects, keep, len(sealed_columns(contract)), new)
            else:
                sealed = sealed.filter(pa.array(keep))
            rows = table.filter(pa.array(keep))
            rows = rows.set_column(rows.schema.get_field_index(SEALED), SEALED, sealed)
            if rows.num_rows:
                made.write(rows, 0)
    return Rewritten(made.written("data", -1), np.concatenate(gone), mentions)


def _unnamed(
    table: pa.Table, contract: DatasetContract, subject: bytes, keep: NDArray[np.bool_]
) -> tuple[pa.Table, int]:
    """Return the rows with null where the subject stood in another column, and in how many of those kept."""
    nulled = 0
    for name in _identifiers(contract):
        place = table.schema.get_field_index(name)
        if place < 0:
            continue
        named = _is(table.column(name), subject)
        if named.any():
            nulled += int((named & keep).sum())
            values = pc.if_else(pa.array(named), pa.scalar(None, table.schema.field(place).type), table.column(name))
            table = table.set_column(place, table.schema.field(place), values)
    return table, nulled


def _identifiers(contract: DatasetContract) -> list[str]:
    return [column.name for column in plain_columns(contract) if column.identifier is not Identifier.NONE]


def _is(column: pa.ChunkedArray, subject: bytes) -> NDArray[np.bool_]:
    same = pc.equal(column, pa.scalar(subject, column.type))
    return np.asarray(same.fill_null(False))


def _within(group: pq.RowGroupMetaData, column: int, subject: bytes) -> bool:
    statistics = group.column(column).statistics
    if statistics is None or not statistics.has_min_max:
        return statistics is None or statistics.null_count < group.num_rows
    return bool(statistics.min <= subject <= statistics.max)
