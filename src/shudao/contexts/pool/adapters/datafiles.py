"""
The pool's immutable files: zstd Parquet, sixteen buckets by subject, sorted by subject and key, written once, synced.

A file holds `subject` (16 bytes), the columns that name nobody, identifiers as keyed hashes, and `sealed`: the
identifying columns, a thousand rows at a time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.cleaning import TYPES
from shudao.contexts.pool.adapters.columnseals import ColumnCipher
from shudao.contexts.pool.adapters.held import ID, SUBJECT, Holder, may_be_coded, raw
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.contracts.datasets import Column, DatasetContract, Identifier

SEALED = "sealed"
WORDS = pa.dictionary(pa.int32(), pa.string())
BUCKETS = 16
_GROUP = 122_880
_MOST_WORDS = 4096


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file as it lies: `path` below the pool's folder; `kind` "data", "quarantine" or "dead" (of no bucket: -1)."""

    path: str
    kind: str
    bucket: int
    digest: str
    bytes: int
    rows: int
    subjects: int


def sealed_columns(contract: DatasetContract) -> tuple[Column, ...]:
    """Return the columns that lie in `sealed`, in order."""
    return tuple(column for column in contract.columns if column.identifying or column.kept)


def plain_columns(contract: DatasetContract) -> tuple[Column, ...]:
    """Return the columns that lie open (identifiers hashed), in order."""
    return tuple(column for column in contract.columns if not column.identifying and column.name != contract.subject)


def type_of(column: Column) -> pa.DataType:
    """Return the type in which a column lies; text that may repeat itself is written as words and their numbers."""
    if column.identifier is not Identifier.NONE:
        return pa.binary(16)
    return WORDS if may_be_coded(column) else TYPES.get(column.kind, pa.string())


def schema_of(contract: DatasetContract) -> pa.Schema:
    """Return the schema of a dataset's files."""
    plain = [pa.field(column.name, type_of(column)) for column in plain_columns(contract)]
    return pa.schema([pa.field(SUBJECT, pa.binary(16)), *plain, pa.field(SEALED, pa.binary())])


class OpenFile:
    """One Parquet file being written; leaving it makes it durable."""

    def __init__(self, root: Path, path: Path, schema: pa.Schema, seal: FileSeal) -> None:
        self._root, self._path = root, path
        self.rows = self.subjects = 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        plain = [name for name in schema.names if name != SEALED]
        self._writer = pq.ParquetWriter(
            self._file,
            schema.with_metadata(seal.metadata()),
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in plain if name != SUBJECT],
            write_statistics=plain,
        )

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Make the file durable; a second time does nothing."""
        if not self._file.closed:
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def write(self, table: pa.Table, subjects: int) -> None:
        """Append rows as row groups of their own."""
        self._writer.write_table(table, row_group_size=_GROUP)
        self.rows += table.num_rows
        self.subjects += subjects

    def written(self, kind: str, bucket: int) -> WrittenFile:
        """Return the closed file's entry."""
        return written(self._root, self._path, kind=kind, bucket=bucket, rows=self.rows, subjects=self.subjects)


def written(root: Path, path: Path, *, kind: str, bucket: int, rows: int, subjects: int) -> WrittenFile:
    """Return the entry of a file as it lies."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return WrittenFile(path.relative_to(root).as_posix(), kind, bucket, digest, path.stat().st_size, rows, subjects)


class DataWriter:
    """
    Writes sorted rows, which arrive ascending by subject, into their buckets' files below `folder`.

    Args:
        root: The pool's folder, to which paths are relative.
        folder: The batch's folder; it must exist.
        holder: Whose rows are written.
        batch: Number of the batch.
        key: Id and secret that the sealed columns' keys come of.
    """

    def __init__(self, root: Path, folder: Path, holder: Holder, batch: str, key: tuple[str, bytes]) -> None:
        self._root, self._folder, self._holder, self._batch = root, folder, holder, batch
        self._key_id, self._keys = key[0], dict([key])
        self._contract = holder.contract
        self._schema = schema_of(self._contract)
        self._bucket = -1
        self._file: OpenFile | None = None
        self._cipher: ColumnCipher | None = None
        self._done: list[WrittenFile] = []

    def __enter__(self) -> DataWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self._file is not None and kind is not None:
            self._file.close()

    def write(self, table: pa.Table) -> None:
        """Write rows; a subject's rows come in one call."""
        if not table.num_rows:
            return
        subjects = raw(table)
        ends = np.searchsorted(subjects[:, 0] >> 4, np.arange(BUCKETS), side="right").tolist()
        start = 0
        for bucket, end in enumerate(ends):
            if end > start:
                self._append(bucket, table.slice(start, end - start), subjects[start:end])
            start = end

    def finish(self) -> list[WrittenFile]:
        """Return the files, whole and durable."""
        self._close()
        return self._done

    def _append(self, bucket: int, table: pa.Table, subjects: NDArray[np.uint8]) -> None:
        if bucket != self._bucket or self._file is None:
            self._close()
            seal = FileSeal.new(
                dataset=self._contract.code, batch=self._batch, version=self._contract.version, key_id=self._key_id
            )
            path = self._folder / f"part-{bucket:02d}.parquet"
            self._bucket, self._file = bucket, OpenFile(self._root, path, self._schema, seal)
            self._cipher = ColumnCipher(seal, self._keys)
        self._file.write(self._laid_out(table, subjects), count_of(subjects))

    def _laid_out(self, table: pa.Table, subjects: NDArray[np.uint8]) -> pa.Table:
        arrays = [table.column(SUBJECT)]
        arrays += [self._plain(table, column) for column in plain_columns(self._contract)]
        hidden = [_hidden(table, column) for column in sealed_columns(self._contract)]
        assert self._cipher is not None  # noqa: S101 - opened with the file
        arrays.append(self._cipher.sealed(hidden, subjects) if hidden else pa.nulls(table.num_rows, pa.binary()))
        return pa.table(arrays, schema=self._schema)

    def _plain(self, table: pa.Table, column: Column) -> pa.Array:
        """A column as the file takes it; a dictionary of many words would lie in every row group whole."""
        values = self._holder.values(table, column.name)
        if type_of(column) != WORDS:
            return values
        if isinstance(values, pa.DictionaryArray):
            if len(values.dictionary) <= _MOST_WORDS:
                return values
            values = values.dictionary_decode()
        return values.dictionary_encode()

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.close()
            self._done.append(file.written("data", self._bucket))


def _hidden(table: pa.Table, column: Column) -> pa.Array:
    return table.column(ID if column.kept else column.name).combine_chunks().cast(pa.string())


def count_of(subjects: NDArray[np.uint8]) -> int:
    """Return how many different subjects the sorted rows have."""
    if not len(subjects):
        return 0
    words = np.ascontiguousarray(subjects).view(np.uint64)
    return 1 + int(np.count_nonzero((words[1:] != words[:-1]).any(axis=1)))


class DataFile:
    """
    A file to read: `subject`, the contract's plain columns, then the sealed ones, opened.

    A column that the file's version of the contract did not have is null.

    Args:
        path: Where it lies.
        contract: Whose columns are wanted.
        keys: Key id → key of the sealed columns.
        versions: The dataset's contracts by number; the file was written under one of them.
    """

    def __init__(
        self,
        path: Path,
        contract: DatasetContract,
        keys: Mapping[str, bytes],
        versions: Mapping[int, DatasetContract] | None = None,
    ) -> None:
        self._file = pq.ParquetFile(path)
        self._contract = contract
        seal = FileSeal.read(self._file.schema_arrow.metadata)
        self._hidden = sealed_columns((versions or {}).get(seal.version, contract))
        self._cipher = ColumnCipher(seal, keys)

    def __enter__(self) -> DataFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    @property
    def rows(self) -> int:
        """How many rows it has, dead ones included."""
        return int(self._file.metadata.num_rows)

    def between(self, low: int, high: int, dead: NDArray[np.int64] | None = None) -> Iterator[pa.Table]:
        """
        Yield the live rows whose subjects' first bytes lie from `low` up to, not including, `high`.

        Raises:
            SealBroken: a row is not what was sealed.
        """
        start = 0
        for number in range(self._file.num_row_groups):
            group = self._file.metadata.row_group(number)
            first, last = bounds(group)
            if first < high and last >= low:
                table = self._group(number)
                rows = np.arange(start, start + table.num_rows)
                firsts = raw(table)[:, 0]
                wanted = (firsts >= low) & (firsts < high)
                if dead is not None:
                    wanted &= ~np.isin(rows, dead)
                yield table if wanted.all() else table.filter(pa.array(wanted))
            start += group.num_rows

    def _group(self, number: int) -> pa.Table:
        table = self._file.read_row_group(number).combine_chunks()
        there = dict(zip(table.column_names, table.columns, strict=True))
        if self._hidden:
            names = [column.name for column in self._hidden]
            opened = self._cipher.opened(there[SEALED].combine_chunks(), raw(table), names)
            there |= dict(zip(names, opened.columns, strict=True))
        found = {SUBJECT: there[SUBJECT]}
        for column in plain_columns(self._contract):
            found[column.name] = _typed(there.get(column.name), type_of(column), table.num_rows)
        for column in sealed_columns(self._contract):
            values = _typed(there.get(column.name), pa.string(), table.num_rows)
            found[ID if column.kept else column.name] = values.combine_chunks()
        return pa.table(list(found.values()), list(found))


def _typed(values: pa.ChunkedArray | None, kind: pa.DataType, rows: int) -> pa.ChunkedArray:
    """Return a column in the type that the wanted contract gives it; nulls where the file does not have it."""
    if values is None:
        return pa.chunked_array([pa.nulls(rows, kind)])
    return values if values.type == kind else values.cast(kind)


def bounds(group: pq.RowGroupMetaData) -> tuple[int, int]:
    """Return the first bytes of the lowest and the highest subject in a row group."""
    statistics = group.column(0).statistics
    if statistics is None or not statistics.has_min_max:
        return 0, 255
    return statistics.min[0], statistics.max[0]
