"""The formats of deliveries, told by their content and never by their names: each as batches of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import xlsx
from shudao.contexts.pool.contracts.refusals import (
    SourceUnreadable,
)

_ROWS = 20_000
_MANY = 1 << 17
_LOOKED = 1_000
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
        self._size += len(text) + 64
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
    file = pq.ParquetFile(path)
    names = file.schema_arrow.names
    worded = pq.ParquetFile(path, read_dictionary=list(_worded(file)))
    return Opened(names, lambda columns: worded.iter_batches(_MANY, columns=list(columns)))


def _worded(file: pq.ParquetFile) -> Iterator[str]:
    """Text columns of which a small dictionary lies in the file: they are read as words and their numbers."""
    if not file.num_row_groups:
        return
    group = file.metadata.row_group(0)
    for place, field in enumerate(file.schema_arrow):
        if pa.types.is_string(field.type) and place < group.num_columns:
            column = group.column(place)
            if column.has_dictionary_page:
                words = column.data_page_offset - column.dictionary_page_offset
                if words * 3 < column.total_compressed_size:
                    yield field.name


def _arrow(path: Path) -> Opened:
    file = pa.ipc.open_file(pa.memory_map(str(path)))

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for number in range(file.num_record_batches):
            yield file.get_batch(number).select(list(columns))

    return Opened(file.schema.names, batches)


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
        rows = _speaking(xlsx.rows(path))
        header = [(name or "").strip() for name in next(rows, [])]
    except xlsx.NotAWorkbook as error:
        raise SourceUnreadable(why=gettext_lazy(str(error))) from error
    while header and not header[-1]:
        header.pop()
    return Opened(header, lambda columns: _tabled(_fitting(rows, header, misshapen), header, columns))


def _speaking(rows: Iterator[list[str | None]]) -> Iterator[list[str | None]]:
    try:
        yield from rows
    except xlsx.NotAWorkbook as error:
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
    while some := list(islice(rows, _ROWS)):
        arrays = [pa.array([row[place] for row in some], pa.string()) for place in places]
        yield pa.record_batch(arrays, names=list(columns))


def _json_lines(path: Path, misshapen: Misshapen) -> Opened:
    """One object a line. The header is what the first thousand lines name."""
    found = _objects(path, misshapen)
    first = list(islice(found, _LOOKED))
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


def _objects(path: Path, misshapen: Misshapen) -> Iterator[tuple[str, dict[str, object]]]:
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                raise SourceUnreadable(why=gettext_lazy("有一行超过一百万字节。"))
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            try:
                row = _decode(text) if text else None
            except msgspec.DecodeError:
                row = text
            if isinstance(row, dict):
                yield text.decode("utf-8", "replace"), row
            elif text:
                misshapen.keep(text.decode("utf-8", "replace"))
