"""
The first sheet of a workbook as rows of text: a small reader that trusts nothing.

Formulas are never run: the value kept beside one is what counts. Document types and entities are refused, and so is a
member that grows too far beyond its packed size. A workbook's own nested files are not opened.

What is refused besides is what would take memory or time without end: a long list of members, packings that grow a
thousandfold in one step, elements within elements, names by the thousand, one endless token, and a text that stands in
so many cells that the rows are far larger than the sheet.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from xml.parsers import expat

from shudao.foundation.files.contracts import NotAWorkbook

_CHUNK = 1 << 16
_MOST_BYTES = 1 << 30
_MOST_RATIO = 200
_SMALL = 1 << 20
_MOST_STRINGS = 1 << 29
_MOST_TEXT = 1 << 31
_MOST_ASIDE = 1 << 25
_MOST_COLUMNS = 500
_MOST_MEMBERS = 1 << 20
_MOST_NAMES = 1 << 12
_DEEPEST = 64
_LONGEST = 1 << 20
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED, _TOO_LARGE = "工作簿内容损坏，或有密码保护。", "工作簿解压后过大。"
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"


class _File(io.FileIO):
    """The packed file; the list of its members is read in one piece, whose length the file itself says."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MOST_MEMBERS:
            raise NotAWorkbook(_DAMAGED)
        return super().read(size) or b""


class _Reader:
    """Feeds one member to expat, refusing what no honest workbook has."""

    most_bytes = _MOST_ASIDE

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartNamespaceDeclHandler = lambda prefix, uri: self._prefixes.add(prefix)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text
        self._prefixes: set[str] = set()
        self._depth = 0

    def _refuse(self, *args: object) -> None:
        raise NotAWorkbook("工作簿中含有文档类型或实体声明。")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotAWorkbook(_DAMAGED)
        self.start(name.rpartition("}")[2], attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(name.rpartition("}")[2])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""

    def end(self, name: str) -> None:
        """Meet its end."""

    def text(self, data: str) -> None:
        """Meet text."""

    def feed(self, book: zipfile.ZipFile, member: str) -> Iterator[None]:
        """Read a member; yield after each portion."""
        info, read = book.getinfo(member), 0
        if info.compress_type not in _PACKINGS:
            raise NotAWorkbook(_DAMAGED)
        try:
            with book.open(info) as stream:
                for chunk in _portions(stream, info, self.most_bytes):
                    read += len(chunk)
                    self._parser.Parse(chunk, False)
                    self._refuse_endless(read)
                    yield
                self._parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise NotAWorkbook(_DAMAGED) from error

    def _refuse_endless(self, read: int) -> None:
        """The parser keeps every name for good, and looks at an unfinished token anew with every portion."""
        names = len(self._parser.intern) + len(self._prefixes)
        if names > _MOST_NAMES or read - self._parser.CurrentByteIndex > _LONGEST:
            raise NotAWorkbook(_DAMAGED)


def _portions(stream: IO[bytes], info: zipfile.ZipInfo, most_bytes: int) -> Iterator[bytes]:
    read, most = 0, min(max(info.compress_size * _MOST_RATIO, _SMALL), most_bytes)
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > most:
            raise NotAWorkbook(_TOO_LARGE)
        yield chunk


# What a list holds for each of its members.
_PLACE = 8


class _Strings(_Reader):
    """The shared strings; phonetic readings beside them are left out."""

    most_bytes = _MOST_BYTES

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []
        self._inside, self._phonetic, self._size = False, False, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._phonetic = self._phonetic or name == "rPh"
        self._inside = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._phonetic = False
        if name == "si":
            self.found.append("".join(self._parts))
            self._weigh(_PLACE)

    def text(self, data: str) -> None:
        if self._inside:
            self._weigh(sys.getsizeof(data))
            self._parts.append(data)

    def _weigh(self, size: int) -> None:
        self._size += size
        if self._size > _MOST_STRINGS:
            raise NotAWorkbook(_TOO_LARGE)


class _Styles(_Reader):
    """Which cell styles show a number as a day or a time."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: set[int] = set()
        self._custom: dict[int, bool] = {}
        self._inside, self._count = False, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = _NOT_DATE.sub("", attributes.get("formatCode", ""))
            self._custom[int(attributes.get("numFmtId", -1))] = bool(re.search("[ymdh]", code, re.I))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = int(attributes.get("numFmtId", 0))
            if self._custom.get(number, number in _DATE_FORMATS):
                self.dates.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _Book(_Reader):
    """The first sheet's relation, and the day from which numbers count."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.epoch = "", datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet knows no zone
        if name == "sheet" and not self.first:
            self.first = next((value for key, value in attributes.items() if key.endswith("}id")), "")


class _Relations(_Reader):
    """Relation id → member of the workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class _Sheet(_Reader):
    """The rows of a sheet as they are met."""

    most_bytes = _MOST_BYTES

    def __init__(self, strings: list[str], dates: set[int], epoch: datetime) -> None:
        super().__init__()
        self.rows: list[list[str | None]] = []
        self._strings, self._dates, self._epoch = strings, dates, epoch
        self._row: list[str | None] = []
        self._cell: dict[str, str] = {}
        self._parts: list[str] = []
        self._inside, self._length, self._size = False, 0, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = []
        elif name == "c":
            self._cell, self._parts, self._length = attributes, [], 0
        self._inside = name in ("v", "t")

    def text(self, data: str) -> None:
        if self._inside:
            self._length += len(data)
            if self._length > _LONGEST:
                raise NotAWorkbook(_TOO_LARGE)
            self._parts.append(data)

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c":
            place = _column(self._cell.get("r", ""), len(self._row))
            if not len(self._row) <= place < _MOST_COLUMNS:
                raise NotAWorkbook("工作簿的列过多或次序混乱。")
            self._row += [None] * (place - len(self._row))
            value = self._value("".join(self._parts))
            self._size += len(value or "")
            if self._size > _MOST_TEXT:
                raise NotAWorkbook(_TOO_LARGE)
            self._row.append(value)
        elif name == "row":
            self.rows.append(self._row)

    def _value(self, text: str) -> str | None:
        kind = self._cell.get("t", "n")
        if kind == "s":
            number = int(text) if text.isdigit() else -1
            if not 0 <= number < len(self._strings):
                raise NotAWorkbook(_DAMAGED)
            return self._strings[number]
        if kind == "b":
            return {"1": "true", "0": "false"}.get(text, text)
        if kind != "n" or not text:
            return text or None
        style = self._cell.get("s", "0")
        return self._number(text, is_date=style.isdigit() and int(style) in self._dates)

    def _number(self, text: str, *, is_date: bool) -> str:
        try:
            value = float(text)
            if not is_date:
                return (
                    text if not re.search("[eE.]", text) else f"{value:.15g}" if abs(value) < 1e15 else str(int(value))
                )
            moment = self._epoch + timedelta(seconds=round(value * 86_400))
        except (ValueError, OverflowError):
            return text
        return moment.date().isoformat() if value.is_integer() else moment.isoformat(" ")


def _column(reference: str, following: int) -> int:
    """The place (from 0) that a cell's reference ("B7") names; `following` where it names none."""
    letters = re.match(r"[A-Z]{1,3}(?=[0-9])", reference)
    if letters is None:
        return following
    place = 0
    for letter in letters[0]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def rows(path: Path) -> Iterator[list[str | None]]:
    """
    Yield the rows of the first sheet: text, whole numbers without a point, days and moments in ISO form.

    Raises:
        NotAWorkbook: the file is none, is damaged, locked or hostile.
    """
    try:
        with _File(path) as file, zipfile.ZipFile(file) as book:
            yield from _rows(book)
    except (zipfile.BadZipFile, LookupError, ValueError, EOFError, RuntimeError, struct.error) as error:
        raise NotAWorkbook(_DAMAGED) from error


def _rows(book: zipfile.ZipFile) -> Iterator[list[str | None]]:
    names = set(book.namelist())
    if _BOOK not in names:
        raise NotAWorkbook("压缩文件不是 XLSX 工作簿，请解压后报送。")
    whole, relations, strings, styles = _Book(), _Relations(), _Strings(), _Styles()
    for reader, member in ((whole, _BOOK), (relations, _RELATIONS), (strings, _STRINGS), (styles, _STYLES)):
        if member in names:
            for _ in reader.feed(book, member):
                pass
    sheet = _Sheet(strings.found, styles.dates, whole.epoch)
    for _ in sheet.feed(book, relations.targets[whole.first]):
        yield from sheet.rows
        sheet.rows.clear()
    yield from sheet.rows
