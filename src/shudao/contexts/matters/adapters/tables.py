"""
Tables from strangers: CSV (UTF-8 or GB18030), XLSX, JSON, and the archive that the export writes, row by row.

What a file is, is told by its content, never by its name. Everything is bounded: the file, a line, a cell, the columns,
the rows, and what an archive unpacks to. Nothing in a cell is ever run.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
from django.utils.translation import gettext_lazy

from shudao.contexts.matters.contracts.imports import ImportUnreadable
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import NotAWorkbook, NotText

MATTERS_MEMBER = "matters.jsonl"
_MOST_BYTES = 1 << 29
_MOST_JSON = 1 << 26
_MOST_ROWS = 2_000_000
_MOST_COLUMNS = 300
_LONGEST_LINE = 1 << 20
_MOST_RATIO, _MOST_UNPACKED, _MOST_MEMBERS = 100, 1 << 32, 1_000
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0")
_BROKEN = (
    OSError,
    UnicodeError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file from 1 (the header is none), and its cells; None where it has another shape."""

    line: int
    cells: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A file being read. `form`: "csv", "xlsx" or "json"; `names`: its columns, () for nested JSON."""

    form: str
    names: tuple[str, ...]
    rows: Iterator[Row]


def read(path: Path) -> Table:
    """
    Open a file and read its header; its rows are read as they are asked for.

    Raises:
        ImportUnreadable: it is none of the forms, or breaks a bound; also while rows are read.
    """
    try:
        return _read(path)
    except _BROKEN as error:
        raise ImportUnreadable(why=gettext_lazy("文件已损坏，或不是能读取的格式。")) from error


def _read(path: Path) -> Table:
    if path.stat().st_size > _MOST_BYTES:
        raise ImportUnreadable(why=gettext_lazy("文件超过 512 MB。"))
    with path.open("rb") as file:
        head = file.read(64)
    if not head.strip():
        raise ImportUnreadable(why=gettext_lazy("文件是空的。"))
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    if head.startswith(_PACKED):
        raise ImportUnreadable(why=gettext_lazy("不接受压缩文件或旧版表格，请解压或另存后上传。"))
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return Table("json", (), _guarded(_json(path)))
    return _csv(path)


def _guarded(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, no more than the bound; what breaks on the way is told as a refusal."""
    try:
        for row in rows:
            if row.line > _MOST_ROWS:
                raise ImportUnreadable(why=gettext_lazy("超过 200 万行。"))
            yield row
    except NotAWorkbook as error:
        raise ImportUnreadable(why=gettext_lazy(str(error))) from error
    except _BROKEN as error:
        raise ImportUnreadable(why=gettext_lazy("文件已损坏，或不是能读取的格式。")) from error


def _tabled(form: str, lines: Iterator[list[str | None]]) -> Table:
    names = [(name or "").strip() for name in next(lines, [])]
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > _MOST_COLUMNS:
        raise ImportUnreadable(why=gettext_lazy("没有表头，或列过多。"))
    if len(set(names)) != len(names):
        raise ImportUnreadable(why=gettext_lazy("表头中有重复的列名。"))

    def rows() -> Iterator[Row]:
        full = (cells for cells in lines if any(cells))
        for line, cells in enumerate(full, start=1):
            fits = not any(cells[len(names) :])
            padded = [(cell or "") for cell in cells] + [""] * (len(names) - len(cells))
            yield Row(line, dict(zip(names, padded, strict=False)) if fits else None)

    return Table(form, tuple(names), _guarded(rows()))


def _csv(path: Path) -> Table:
    try:
        encoding = files.encoding(path)
    except NotText as error:
        raise ImportUnreadable(why=gettext_lazy(str(error))) from error
    return _tabled("csv", _csv_lines(path, "utf-8-sig" if encoding == "utf-8" else encoding))


def _csv_lines(path: Path, encoding: str) -> Iterator[list[str | None]]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(_bounded(file), strict=False)


def _bounded(file: IO[str]) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise ImportUnreadable(why=gettext_lazy("有一行超过一百万字。"))
        if "\0" in line:
            raise ImportUnreadable(why=gettext_lazy("文件含有空字符，不是文本。"))
        yield line


def _json(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        file.seek(0)
        if start.startswith(b"["):
            yield from _json_list(file)
        else:
            yield from _json_lines(file)


def _json_list(file: IO[bytes]) -> Iterator[Row]:
    text = file.read(_MOST_JSON + 1)
    if len(text) > _MOST_JSON:
        raise ImportUnreadable(why=gettext_lazy("JSON 列表超过 64 MB，请改用每行一个对象的格式。"))
    try:
        found = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise ImportUnreadable(why=gettext_lazy("不是有效的 JSON。")) from error
    for line, one in enumerate(found, start=1):
        yield Row(line, one if isinstance(one, dict) else None)


def _json_lines(file: IO[bytes]) -> Iterator[Row]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise ImportUnreadable(why=gettext_lazy("有一行超过一百万字。"))
        if not line.strip():
            continue
        number += 1
        try:
            one = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, RecursionError, ValueError):
            one = None
        yield Row(number, one if isinstance(one, dict) else None)


def _packed(path: Path) -> Table:
    with zipfile.ZipFile(path) as packed:
        members = packed.namelist()
        if len(members) > _MOST_MEMBERS:
            raise ImportUnreadable(why=gettext_lazy("压缩文件里的文件过多。"))
        if MATTERS_MEMBER in members:
            return Table("json", (), _guarded(_unpacked(path)))
    try:
        return _tabled("xlsx", files.workbook_rows(path))
    except NotAWorkbook as error:
        raise ImportUnreadable(why=gettext_lazy(str(error))) from error


def _unpacked(path: Path) -> Iterator[Row]:
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo(MATTERS_MEMBER)
        if info.file_size > min(max(info.compress_size, 1 << 16) * _MOST_RATIO, _MOST_UNPACKED):
            raise ImportUnreadable(why=gettext_lazy("压缩文件解压后过大。"))
        with packed.open(info) as member:
            yield from _json_lines(io.BufferedReader(member))
