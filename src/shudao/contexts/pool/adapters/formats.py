"""The formats of deliveries, told by their content and never by their names: each as batches of text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import msgspec
import pyarrow as pa
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import columnar
from shudao.contexts.pool.contracts.refusals import SourceUnreadable
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import NotAWorkbook

_ROWS = 20_000
_MOST_TEXT = 1 << 25
_MANY = 1 << 17
_LOOKED, _MOST_LOOKED = 1_000, 1 << 24
_LONGEST_LINE = 1 << 20
_MOST_MISSHAPEN = 1 << 28
# Packed files are not opened: what is inside is not what was looked at on the way here.
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0")
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Opened:
    """A delivery before its rows are read: the names in its header, and its batches of the columns asked for."""

    names: list[str]
    batches: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]


class Misshapen(list[str]):
    """The rows that have another shape than the header, as they came; bounded, since they wait in memory."""

    _size = 0

    def keep(self, text: str) -> None:
        """Add a row. Raises SourceUnreadable where nearly nothing fits the header."""
        self._size += sys.getsizeof(text)
        if self._size > _MOST_MISSHAPEN:
            raise SourceUnreadable(why=gettext_lazy("与表头列数不符的行过多。"))
        self.append(text)


def opened(path: Path, misshapen: Misshapen) -> Opened | None:
    """Return the delivery, None where its content is of no format with a mark: text then."""
    with path.open("rb") as file:
        magic = file.read(8)
    first = magic.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if magic[:4] == b"PAR1":
        return _parquet(path)
    if magic[:6] == b"ARROW1":
        return _arrow(path)
    if magic[:4] == b"PK\x03\x04":
        return _workbook(path, misshapen)
    if magic.startswith(_PACKED):
        raise SourceUnreadable(why=gettext_lazy("不接受压缩文件或旧版表格，请解压或另存后报送。"))
    return _json_lines(path, misshapen) if first == b"{" else None


def _parquet(path: Path) -> Opened:
    schema = columnar.parquet(path).schema_arrow
    return Opened(schema.names, lambda columns: columnar.parquet_batches(path, schema, columns, _MANY))


def _arrow(path: Path) -> Opened:
    return Opened(columnar.arrow(path).names, lambda columns: columnar.arrow_batches(path, columns, _MANY))


def text(array: pa.Array) -> pa.Array:
    """Return a column of any type as text. Raises SourceUnreadable where it is no plain value."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_timestamp(array.type):
        # Fractions of a second say nothing in a register; a zone would be lost in silence.
        array = array.cast(pa.timestamp("s", array.type.tz), safe=False)
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        raise SourceUnreadable(why=gettext_lazy("含有嵌套或二进制的列，不能作为表格读取。"))
    return array.cast(pa.string())


def _workbook(path: Path, misshapen: Misshapen) -> Opened:
    try:
        rows = _speaking(files.workbook_rows(path))
        header = [(name or "").strip() for name in next(rows, [])]
    except NotAWorkbook as error:
        raise SourceUnreadable(why=gettext_lazy(str(error))) from error
    while header and not header[-1]:
        header.pop()
    return Opened(header, lambda columns: _tabled(_fitting(rows, header, misshapen), header, columns))


def _speaking(rows: Iterator[list[str | None]]) -> Iterator[list[str | None]]:
    try:
        yield from rows
    except NotAWorkbook as error:
        raise SourceUnreadable(why=gettext_lazy(str(error))) from error


def _fitting(
    rows: Iterator[list[str | None]], header: Sequence[str], misshapen: Misshapen
) -> Iterator[Sequence[str | None]]:
    for row in rows:
        if any(value for value in row[len(header) :]):
            misshapen.keep(",".join(value or "" for value in row))
        elif any(row):
            yield [*row[: len(header)], *([None] * (len(header) - len(row)))]


def _tabled(
    rows: Iterator[Sequence[str | None]], header: Sequence[str], columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    places = [header.index(name) for name in columns]
    while some := list(_some(rows)):
        arrays = [pa.array([row[place] for row in some], pa.string()) for place in places]
        yield pa.record_batch(arrays, names=list(columns))


def _some(rows: Iterator[Sequence[str | None]]) -> Iterator[Sequence[str | None]]:
    """Yield the next rows, as many as may wait in memory: one text may stand in all of them."""
    size = 0
    for row in islice(rows, _ROWS):
        yield row
        size += sum(map(len, filter(None, row)))
        if size > _MOST_TEXT:
            return


def _json_lines(path: Path, misshapen: Misshapen) -> Opened:
    """One object a line. The header is what the first thousand lines name."""
    found = _objects(path, misshapen)
    first = list(_first(found))
    header = list(dict.fromkeys(name for _, row in first for name in row))
    known = set(header)

    def rows() -> Iterator[Sequence[str | None]]:
        for line, row in chain(first, found):
            values = [_scalar(row.get(name)) for name in header]
            if known.issuperset(row) and _NESTED not in values:
                yield values
            else:
                misshapen.keep(line)

    return Opened(header, lambda columns: _tabled(rows(), header, columns))


_NESTED = "\0nested"


def _scalar(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _NESTED


def _first(found: Iterator[tuple[str, dict[str, object]]]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the lines that are looked at before any row is read: they wait in memory."""
    size = 0
    for line, row in islice(found, _LOOKED):
        yield line, row
        size += len(line)
        if size > _MOST_LOOKED:
            return


def _objects(path: Path, misshapen: Misshapen) -> Iterator[tuple[str, dict[str, object]]]:
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                raise SourceUnreadable(why=gettext_lazy("有一行超过一百万字节。"))
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            row = _object(text) if text else None
            if row is not None:
                yield text.decode(), row
            elif text:
                misshapen.keep(text.decode("utf-8", "replace"))


def _object(line: bytes) -> dict[str, object] | None:
    """The line's object; None where it is none, or names a column twice: nobody knows which one is meant."""
    try:
        row = _decode(line)
        if not isinstance(row, dict):
            return None
        # Every name has a colon behind it, so a name too many shows.
        if line.count(b":") > len(row) and len(json.loads(line, object_pairs_hook=list)) != len(row):
            return None
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return row
