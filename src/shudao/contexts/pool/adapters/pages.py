"""
What a Parquet file says of its columns and pages (`parquet.thrift`), read without unpacking anything.

The library is not asked for it: pyarrow 26 ends the whole process where a column's statistics do not fit its levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import compact
from shudao.contexts.pool.adapters.compact import Fields, Malformed, number
from shudao.contexts.pool.contracts.refusals import SourceUnreadable

_MOST_FOOTER = 1 << 24
_END, _MAGIC = 8, b"PAR1"
_USUAL_HEADER, _MOST_HEADER = 1 << 9, 1 << 16
_MOST_PAGES = 1 << 21
_MOST_PAGE = 1 << 27
_DICTIONARY = 2
_DATA_PAGES = {0: 5, 3: 8}  # type of page → the field of its own header
_ENCODING = {5: 2, 8: 4}  # … → the field that says how values are written
_PREFIXED = 7  # DELTA_BYTE_ARRAY: a value may be the one before and one letter more


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a row group: where its pages lie, and how many packed bytes they and its dictionary are."""

    column: str
    start: int
    packed: int
    words: int
    values: int


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: how many rows it says it has, and its columns."""

    rows: int
    chunks: list[Chunk]


def footer(path: Path) -> list[Group]:
    """Return the row groups. Raises SourceUnreadable where the footer is none, too long or at odds, and OSError."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END))
        length = int.from_bytes(file.read(4), "little")
        if file.read(4) != _MAGIC or length > min(size - _END, _MOST_FOOTER):
            raise damaged()
        file.seek(size - _END - length)
        data = file.read(length)
    try:
        whole = compact.Reader(data).struct()
        groups = [
            Group(number(group, 3), [_chunk(column) for column in compact.structs(group, 1)])
            for group in compact.structs(whole, 4)
        ]
        if number(whole, 3) != sum(group.rows for group in groups):
            raise Malformed
    except Malformed as error:
        raise damaged() from error
    return groups


def _chunk(column: Fields) -> Chunk:
    about = compact.fields(column, 3)
    parts = about.get(3)
    if not isinstance(parts, list) or not all(isinstance(part, bytes) for part in parts):
        raise Malformed
    data, words, packed = number(about, 9), number(about, 11, 0), number(about, 7)
    start = min(data, words) if words > 0 else data
    # Another file may be named in which the column lies: nobody delivers that.
    if start < 0 or packed < 0 or column.get(1):
        raise Malformed
    dictionary = max(0, data - words) if words > 0 else 0
    return Chunk(b".".join(parts).decode("utf-8", "replace"), start, packed, dictionary, number(about, 5))


def looked_through(path: Path, groups: list[Group], most: int) -> tuple[float, set[str]]:
    """
    Return how many bytes a row of the fullest pages takes, unpacked, and which columns have dictionaries.

    Raises:
        SourceUnreadable: a page is too large, says what cannot be, or would grow once more when it is read; there are
            too many; pages have more or fewer rows than the file says; or the largest pages of all columns together
            are larger than `most` bytes.
    """
    widths, largest, worded, left = dict[str, float](), dict[str, int](), set[str](), count(_MOST_PAGES, -1)
    with path.open("rb") as file:
        for wanted, chunk in ((group.rows, chunk) for group in groups for chunk in group.chunks):
            rows = 0
            # Without rows no page is ever read, nor need there be any where the file says.
            for header in _pages(file, chunk) if wanted or chunk.values else ():
                size, values = _size(header), _values(header)
                largest[chunk.column] = max(largest.get(chunk.column, 0), size)
                widths[chunk.column] = max(widths.get(chunk.column, 0.0), size / values if values else 0.0)
                rows += values
                if header.get(1) == _DICTIONARY:
                    worded.add(chunk.column)
                if next(left) < 0:
                    raise too_large()
            if rows != wanted:
                raise damaged()
    if sum(largest.values()) > most:
        raise too_large()
    return sum(widths.values()), worded


def _pages(file: BinaryIO, chunk: Chunk) -> Iterator[Fields]:
    at, end = chunk.start, chunk.start + chunk.packed
    while at < end:
        header, length, packed = _header(file, at)
        yield header
        at += length + packed


def _header(file: BinaryIO, at: int) -> tuple[Fields, int, int]:
    """A page's header, its length and that of the page; only statistics of long texts make a header long."""
    for most in (_USUAL_HEADER, _MOST_HEADER):
        file.seek(at)
        reader = compact.Reader(file.read(most))
        try:
            header = reader.struct()
            packed = number(header, 3)
        except Malformed:
            continue
        if packed >= 0:
            return header, reader.at, packed
    raise damaged()


def _size(header: Fields) -> int:
    try:
        size = number(header, 2)
    except Malformed as error:
        raise damaged() from error
    if not 0 <= size <= _MOST_PAGE:
        raise too_large()
    return size


def _values(header: Fields) -> int:
    """How many values a page has, missing ones too; 0 where it is none of values."""
    try:
        place = _DATA_PAGES.get(number(header, 1))
        if place is None:
            return 0
        own = compact.fields(header, place)
        encoding, values = number(own, _ENCODING[place]), number(own, 1)
    except Malformed as error:
        raise damaged() from error
    if encoding == _PREFIXED:
        raise SourceUnreadable(why=gettext_lazy("Parquet 文件用了不接受的编码方式，请用常用设置另存后报送。"))
    if values < 0:
        raise damaged()
    return values


def damaged() -> SourceUnreadable:
    """The refusal of a file that is not what it says."""
    return SourceUnreadable(why=gettext_lazy("文件内容不完整或格式不符。"))


def too_large() -> SourceUnreadable:
    """The refusal of a file that would unpack to far more than it is."""
    return SourceUnreadable(why=gettext_lazy("文件解压后过大。"))
