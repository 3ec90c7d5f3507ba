"""
The pool's immutable files: zstd Parquet, sixteen buckets by subject, sorted by subject and key, written once, synced.

A file holds `subject` (16 bytes), the columns that name nobody, identifiers as keyed hashes, and `sealed`: the
identifying columns of the row. Quarantine files hold line, reasons and the whole sealed row.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from shudao.contexts.pool.adapters.engine import SUBJECT
from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.contexts.pool.contracts.datasets import (
    Column,
    ColumnType,
    DatasetContract,
    Identifier,
)
from shudao.contexts.pool.rules.judging import LINE, REASONS
from shudao.kernel import sealing
from shudao.kernel.sealing import SealBroken

SEALED = "sealed"
BUCKETS = 16
_GROUP = 120_000
_READ = 20_000
_ARROW = {ColumnType.DATE: pa.date32(), ColumnType.INTEGER: pa.int64()}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file as it lies: `path` below the pool's folder; `kind` "data", or "quarantine" with `bucket` -1."""

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


def _type(column: Column) -> pa.DataType:
    return (
        pa.binary(sealing.HASH_SIZE)
        if column.identifier is not Identifier.NONE
        else _ARROW.get(column.kind, pa.string())
    )


class _Open:
    """One Parquet file being written."""

    def __init__(self, root: Path, path: Path, schema: pa.Schema, seal: FileSeal, keys: Mapping[str, bytes]) -> None:
        self._root, self._path = root, path
        self.rows = self.subjects = 0
        self.cipher = seal.cipher(keys)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        plain = [name for name in schema.names if name != SEALED]
        self._writer = pq.ParquetWriter(
            self._file,
            schema.with_metadata(seal.metadata()),
            compression="zstd",
            use_dictionary=[name for name in plain if name != SUBJECT],
            write_statistics=plain,
        )

    def __enter__(self) -> _Open:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, arrays: Sequence[pa.Array], rows: int) -> None:
        schema = self._writer.schema
        self._writer.write_batch(pa.record_batch(list(arrays), schema), row_group_size=_GROUP)
        self.rows += rows

    def written(self, kind: str, bucket: int) -> WrittenFile:
        """Return the closed file's entry."""
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        path = self._path.relative_to(self._root).as_posix()
        return WrittenFile(path, kind, bucket, digest, self._path.stat().st_size, self.rows, self.subjects)


class DataWriter:
    """Writes good rows, which arrive by subject, into their buckets' files below `folder`."""

    def __init__(
        self, root: Path, folder: Path, contract: DatasetContract, batch: str, key_id: str, keys: Mapping[str, bytes]
    ) -> None:
        self._root, self._folder, self._contract, self._batch = root, folder, contract, batch
        self._key_id, self._keys = key_id, keys
        self._plain, self._sealed = plain_columns(contract), sealed_columns(contract)
        self._schema = pa.schema(
            [
                pa.field(SUBJECT, pa.binary(sealing.HASH_SIZE)),
                *(pa.field(column.name, _type(column)) for column in self._plain),
                pa.field(SEALED, pa.binary()),
            ]
        )
        self._last = b""

    def write(
        self, batches: Iterable[pa.RecordBatch], keep: Callable[[list[tuple[bytes, str]]], None]
    ) -> list[WrittenFile]:
        """Write every batch; `keep` gets each subject with its plain identifier once. Return the files, whole."""
        written: list[WrittenFile] = []
        bucket, file = -1, None
        with ExitStack() as stack:
            for batch in batches:
                subjects: list[bytes] = batch.column(SUBJECT).to_pylist()
                keep(self._fresh(subjects, batch))
                for number, start, stop in _slices(subjects):
                    if number != bucket or file is None:
                        written += _finished(stack, file, bucket)
                        bucket, file = number, stack.enter_context(self._open(number))
                    self._append(file, batch.slice(start, stop - start), subjects[start:stop])
            written += _finished(stack, file, bucket)
        return written

    def _open(self, bucket: int) -> _Open:
        seal = FileSeal.new(
            dataset=self._contract.code, batch=self._batch, version=self._contract.version, key_id=self._key_id
        )
        return _Open(self._root, self._folder / f"part-{bucket:02d}.parquet", self._schema, seal, self._keys)

    def _fresh(self, subjects: list[bytes], batch: pa.RecordBatch) -> list[tuple[bytes, str]]:
        plain = batch.column(self._contract.subject).to_pylist()
        fresh, last = [], self._last
        for subject, identifier in zip(subjects, plain, strict=True):
            if subject != last:
                fresh.append((subject, identifier))
                last = subject
        return fresh

    def _append(self, file: _Open, part: pa.RecordBatch, subjects: list[bytes]) -> None:
        hidden = [part.column(column.name).to_pylist() for column in self._sealed]
        seal = file.cipher.seal
        values_of = zip(*hidden, strict=True) if hidden else repeat((), len(subjects))
        numbered = enumerate(zip(subjects, values_of, strict=True), file.rows)
        sealed = [seal(number, list(values), subject) for number, (subject, values) in numbered]
        arrays = [pa.array(subjects, pa.binary(sealing.HASH_SIZE))]
        arrays += [part.column(column.name).cast(_type(column)) for column in self._plain]
        file.write([*arrays, pa.array(sealed, pa.binary())], len(subjects))
        before = self._last
        for subject in subjects:
            file.subjects += subject != before
            before = subject
        self._last = before


def _finished(stack: ExitStack, file: _Open | None, bucket: int) -> list[WrittenFile]:
    stack.close()
    return [file.written("data", bucket)] if file is not None else []


def _slices(subjects: list[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield (bucket, start, stop) of each bucket's share of sorted subjects."""
    start = 0
    while start < len(subjects):
        bucket = subjects[start][0] >> 4
        edge = bytes([bucket + 1 << 4]) if bucket < BUCKETS - 1 else None
        stop = bisect_left(subjects, edge, start) if edge else len(subjects)
        yield bucket, start, stop
        start = stop


def write_quarantine(
    root: Path,
    path: Path,
    seal: FileSeal,
    keys: Mapping[str, bytes],
    bad: Iterable[pa.RecordBatch],
    misshapen: list[str],
) -> WrittenFile:
    """Write the bad rows, each sealed whole, with its line (0 where it was misshapen) and all reasons."""
    schema = pa.schema(
        [pa.field(LINE, pa.int64()), pa.field(REASONS, pa.list_(pa.string())), pa.field(SEALED, pa.binary())]
    )
    with _Open(root, path, schema, seal, keys) as file:
        for batch in bad:
            _quarantine(file, batch)
        if misshapen:
            sealed = [file.cipher.seal(file.rows + place, [text], b"") for place, text in enumerate(misshapen)]
            reasons = pa.array([["row.shape"]] * len(sealed), pa.list_(pa.string()))
            file.write([pa.array([0] * len(sealed), pa.int64()), reasons, pa.array(sealed, pa.binary())], len(sealed))
    return file.written("quarantine", -1)


def _quarantine(file: _Open, batch: pa.RecordBatch) -> None:
    names = [name for name in batch.schema.names if name not in (LINE, REASONS)]
    values = zip(*(batch.column(name).to_pylist() for name in names), strict=True)
    sealed = [file.cipher.seal(number, list(row), b"") for number, row in enumerate(values, file.rows)]
    reasons = batch.column(REASONS).cast(pa.list_(pa.string()))
    file.write([batch.column(LINE).cast(pa.int64()), reasons, pa.array(sealed, pa.binary())], batch.num_rows)


def read_quarantine(path: Path, keys: Mapping[str, bytes]) -> Iterator[tuple[int, list[str], list[object]]]:
    """Yield (line, reasons, the row's values as they came). Raises SealBroken."""
    file = pq.ParquetFile(path)
    cipher, number = FileSeal.read(file.schema_arrow.metadata).cipher(keys), 0
    for batch in file.iter_batches(_READ):
        for line, reasons, sealed in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield line, reasons, cipher.open(number, sealed, b"")
            number += 1


def read_rows(
    path: Path, contract: DatasetContract, keys: Mapping[str, bytes]
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """
    Yield (subject, row) in the file's order: dates as ISO text, identifiers of others as hexadecimal hashes.

    Raises:
        SealBroken: a row is not what was sealed.
    """
    file = pq.ParquetFile(path)
    cipher, number = FileSeal.read(file.schema_arrow.metadata).cipher(keys), 0
    plain, hidden = plain_columns(contract), [column.name for column in sealed_columns(contract)]
    order = [column.name for column in contract.columns if column.name != contract.subject or column.kept]
    names = [*(column.name for column in plain), *hidden]
    places = [names.index(name) for name in order]
    for batch in file.iter_batches(_READ):
        subjects, seals = batch.column(SUBJECT).to_pylist(), batch.column(SEALED).to_pylist()
        open_values = zip(*(_readable(batch.column(column.name), column) for column in plain), strict=True)
        for subject, sealed, values in zip(subjects, seals, open_values, strict=True):
            found = (*values, *cipher.open(number, sealed, subject))
            if len(found) != len(names):
                raise SealBroken(why=f"第 {number + 1} 行的列数与约定不符")
            yield subject, dict(zip(order, map(found.__getitem__, places), strict=True))
            number += 1


def _readable(array: pa.Array, column: Column) -> list[Any]:
    if column.identifier is not Identifier.NONE:
        return [value.hex() if value is not None else None for value in array.to_pylist()]
    if column.kind is ColumnType.DATE:
        return array.cast(pa.string()).to_pylist()  # type: ignore[no-any-return]
    return array.to_pylist()  # type: ignore[no-any-return]
