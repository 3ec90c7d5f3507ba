"""Read a delivery where it lies: CSV, XLSX, JSON lines, Parquet or Arrow, as batches of text with a line number."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import columnar, formats, pages
from shudao.contexts.pool.contracts.datasets import Column, ColumnType, DatasetContract
from shudao.contexts.pool.contracts.refusals import SourceUnreadable
from shudao.contexts.pool.rules import headers
from shudao.contexts.pool.rules.judging import LINE
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import NotText

_CHUNK = 1 << 20
_PORTION = 1 << 19
_MOST_BYTES = 1 << 28
_MOST_COLUMNS = 2_000
# What readers say of a file that is not what it seems: broken, cut, or made to mislead.
_BROKEN = (pa.ArrowException, OSError, UnicodeError, OverflowError, LookupError)


@dataclass(slots=True)
class Source:
    """A delivery being read; `misshapen` fills up with the rows that have another number of fields than the header."""

    batches: pa.RecordBatchReader
    misshapen: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Portions:
    """A delivery being read in tables; `misshapen` fills up as in `Source`."""

    tables: Iterator[pa.Table]
    misshapen: list[str]


def digest(path: Path) -> str:
    """Return the SHA-256 (hex) of the file. Raises SourceUnreadable where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceUnreadable(why=gettext_lazy("文件不存在或不能读取。")) from error


def open_source(path: Path, columns: Sequence[str]) -> Source:
    """
    Return the file's rows as text in the order of `columns`, with `_line` counting from 1.

    Raises:
        SourceUnreadable: no such format or encoding, or another header than the contract's.
    """
    misshapen = formats.Misshapen()
    opened = _opened(path, misshapen)
    _refuse_header(opened.names, columns)
    schema = pa.schema([pa.field(LINE, pa.int64()), *(pa.field(name, pa.string()) for name in columns)])
    batches = _numbered(opened.batches(columns), schema)
    return Source(pa.RecordBatchReader.from_batches(schema, batches), misshapen)


def portions(path: Path, contract: DatasetContract) -> Portions:
    """
    Return the file's rows in tables of about half a million: `_line`, and the contract's columns in its order.

    Values arrive as text, or in their column's own type where the file has it so.

    Raises:
        SourceUnreadable: no such format or encoding, or another header than the contract's.
    """
    misshapen = formats.Misshapen()
    opened = _opened(path, misshapen)
    names = [column.name for column in contract.columns]
    _refuse_header(opened.names, names)
    return Portions(_gathered(opened.batches(names), contract), misshapen)


def _gathered(batches: Iterator[pa.RecordBatch], contract: DatasetContract) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    line = rows = size = 0
    try:
        for batch in batches:
            arrays = [_fitting(batch.column(column.name), column) for column in contract.columns]
            lines = pa.array(np.arange(line + 1, line + 1 + batch.num_rows))
            waiting.append(pa.table([lines, *arrays], [LINE, *(column.name for column in contract.columns)]))
            line, rows, size = line + batch.num_rows, rows + batch.num_rows, size + columnar.weight(batch)
            if rows >= _PORTION or size >= _MOST_BYTES:
                yield _together(waiting)
                waiting, rows, size = [], 0, 0
    except _BROKEN as error:
        raise pages.damaged() from error
    if rows:
        yield _together(waiting)


def _together(tables: list[pa.Table]) -> pa.Table:
    """A column that is words and numbers in some batches and text in others becomes text."""
    if any(table.schema != tables[0].schema for table in tables):
        tables = [
            pa.table(
                [
                    formats.text(one.combine_chunks()) if pa.types.is_dictionary(one.type) else one
                    for one in table.columns
                ],
                table.column_names,
            )
            for table in tables
        ]
    return pa.concat_tables(tables)


def _fitting(array: pa.Array, column: Column) -> pa.Array:
    if column.kind is ColumnType.DATE and array.type == pa.date32():
        return array
    if column.kind is ColumnType.INTEGER and pa.types.is_integer(array.type):
        return array.cast(pa.int64())
    if array.type == pa.string() or array.type == pa.dictionary(pa.int32(), pa.string()):
        return array
    return formats.text(array)


def header(path: Path) -> list[str]:
    """Return the names in the file's header. Raises SourceUnreadable, also where one is empty or cannot be shown."""
    names = _opened(path, formats.Misshapen()).names
    if not all(name.isprintable() and name.strip() for name in names):
        raise SourceUnreadable(why=gettext_lazy("表头中有空的列名或不能显示的字符。"))
    return names


def _opened(path: Path, misshapen: formats.Misshapen) -> formats.Opened:
    try:
        found = formats.opened(path, misshapen) or _csv(path, misshapen)
    except _BROKEN as error:
        raise pages.damaged() from error
    if len(found.names) > _MOST_COLUMNS:
        raise _too_wide()
    if len(set(found.names)) != len(found.names):
        raise SourceUnreadable(why=gettext_lazy("表头中有重复的列名。"))
    return found


def _numbered(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    line = 1
    try:
        for batch in batches:
            arrays = [pa.array(range(line, line + batch.num_rows), pa.int64())]
            arrays += [formats.text(batch.column(field.name)) for field in list(schema)[1:]]
            line += batch.num_rows
            yield pa.record_batch(arrays, schema)
    except _BROKEN as error:
        raise pages.damaged() from error


def _refuse_header(found: Sequence[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in found]
    foreign = [name for name in found if name not in columns]
    if missing:
        raise SourceUnreadable(why=format_lazy(gettext_lazy("缺少列：{names}。"), names=", ".join(missing)))
    if foreign:
        raise SourceUnreadable(
            why=format_lazy(gettext_lazy("约定中没有的列：{names}。"), names=headers.shown(foreign, found))
        )


def _csv(path: Path, misshapen: formats.Misshapen) -> formats.Opened:
    _refuse_wide(path)
    full: list[SourceUnreadable] = []

    def keep(row: pacsv.InvalidRow) -> str:
        try:
            misshapen.keep(row.text)
        except SourceUnreadable as error:
            full.append(error)  # raised here it would be lost in the library
            return "error"
        return "skip"

    read = pacsv.ReadOptions(encoding=_encoding(path), use_threads=False, block_size=4 << 20)
    parse = pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep)

    @contextlib.contextmanager
    def opened(convert: pacsv.ConvertOptions | None = None) -> Iterator[pacsv.CSVStreamingReader]:
        try:
            with pacsv.open_csv(path, read_options=read, parse_options=parse, convert_options=convert) as reader:
                yield reader
        except pa.ArrowInvalid as error:
            raise (full or [error])[0] from error

    with opened() as reader:
        names = list(reader.schema.names)
    misshapen.clear()
    # Nothing is guessed: whatever the columns are called, they arrive as text.
    convert = pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        with opened(convert) as reader:
            yield from reader

    return formats.Opened(names, batches)


def _refuse_wide(path: Path) -> None:
    """Raise where the first line has no end, or far too many columns: the reader makes room for each of them."""
    with path.open("rb") as file:
        line = file.readline(_CHUNK)
    if len(line) == _CHUNK and not line.endswith(b"\n"):
        raise SourceUnreadable(why=gettext_lazy("有一行超过一百万字节。"))
    if line.count(b",") >= _MOST_COLUMNS:
        raise _too_wide()


def _too_wide() -> SourceUnreadable:
    return SourceUnreadable(why=gettext_lazy("列过多。"))


def _encoding(path: Path) -> str:
    try:
        return files.encoding(path)
    except NotText as error:
        raise SourceUnreadable(why=gettext_lazy(str(error))) from error
