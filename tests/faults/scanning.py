"""
Looks for identifiers in whatever lies on a disk, in any of the ways in which bytes can hold them.

As ASCII and UTF-16, as whole numbers of 8 bytes (all 18 digits, or the first 17), in hexadecimal, in base64 wherever
they begin; in members of packed files, in packed columns of Parquet and Arrow, and in every value of a database.
"""

from __future__ import annotations

import base64
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_PART, _OVERLAP = 1 << 26, 256


@dataclass(frozen=True, slots=True)
class _Way:
    """Where `sign` stands, an identifier may begin `before` bytes earlier; all of them, written so."""

    sign: re.Pattern[bytes]
    before: int
    length: int
    wanted: frozenset[bytes]

    def count(self, content: bytes) -> int:
        places = (one.start() - self.before for one in self.sign.finditer(content))
        return sum(content[at : at + self.length] in self.wanted for at in places if at >= 0)


def _ways(people: Sequence[str]) -> Iterator[_Way]:
    both = [*people, *(one.lower() for one in people if one[-1] == "X")]
    yield _text(both, lambda one: one.encode())
    yield _text(both, lambda one: one.encode("utf-16-le"))
    yield _text(both, lambda one: one.encode("utf-16-be"))
    yield _text(both, lambda one: one.encode().hex().encode())
    for before in range(3):
        yield _text(both, lambda one, before=before: _base64(one, before))  # type: ignore[misc]
    short, long = [int(one[:17]) for one in people], [int(one) for one in people if one.isdigit()]
    # 8 bytes of which the highest ones are nearly the same for all of them.
    for numbers, high, low, mark in ((short, 0x00, 0xB8, b"[\xb4-\xbd]"), (long, 0x07, 0x37, b"[\x0e-\x69]")):
        sign = [re.escape(bytes([high])), re.escape(bytes([low])), mark]
        yield _Way(re.compile(b"".join(sign)), 0, 8, frozenset(one.to_bytes(8) for one in numbers))
        little = frozenset(one.to_bytes(8, "little") for one in numbers)
        yield _Way(re.compile(b"".join(reversed(sign))), 5, 8, little)


def _text(people: Sequence[str], write: Callable[[str], bytes]) -> _Way:
    """All of them begin with the same four digits, however they are written."""
    wanted = frozenset(map(write, people))
    sign = os.path.commonprefix(sorted(wanted))  # noqa: RUF071 - of texts, not of paths
    return _Way(re.compile(re.escape(sign)), 0, len(next(iter(wanted))), wanted)


def _base64(person: str, before: int) -> bytes:
    """What is sure to be there of an identifier that begins after so many bytes of a group."""
    first, last = -(-before * 8 // 6), (before + len(person)) * 8 // 6
    return base64.b64encode(bytes(before) + person.encode() + bytes(9))[first:last]


@dataclass
class Scanner:
    """Counts what it read; `plain` are the identifiers to be found."""

    plain: Sequence[str]
    files: int = 0
    read: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ways = list(_ways(list(self.plain)))

    def content(self, where: str, content: bytes) -> None:
        """Look through bytes, and through what is packed in them."""
        self.read += len(content)
        hits = sum(way.count(content) for way in self._ways)
        if hits:
            self.found[where] = self.found.get(where, 0) + hits
        for name, inner in _unpacked(content):
            self.content(f"{where}!{name}", inner)

    def below(self, *roots: Path) -> dict[str, int]:
        """Look through every file below the folders; return where how many were found in all."""
        for root in roots:
            for path in sorted(root.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    self.files += 1
                    self._file(path)
        return self.found

    def _file(self, path: Path) -> None:
        with path.open("rb") as file:
            size, at = path.stat().st_size, 0
            while at < size:
                file.seek(at)
                self.content(str(path), file.read(_PART))
                at += _PART - (_OVERLAP if at + _PART < size else 0)
            file.seek(0)
            if file.read(15) == b"SQLite format 3":
                self._database(path)

    def _database(self, path: Path) -> None:
        """Long values lie in pieces on several pages: read whole, too."""
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                    values = (one if isinstance(one, bytes) else str(one).encode() for one in row if one is not None)
                    self.content(f"{path}!{table}", b"\n".join(values))


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield from ((one.filename, packed.read(one)) for one in packed.infolist())
    elif content[:4] == b"PAR1" and content[-4:] == b"PAR1":
        yield from _columns(pq.ParquetFile(BytesIO(content)).read())
    elif content[:6] == b"ARROW1" and content[-6:] == b"ARROW1":
        yield from _columns(pa.ipc.open_file(BytesIO(content)).read_all())


def _columns(table: pa.Table) -> Iterator[tuple[str, bytes]]:
    yield "schema", repr(table.schema.metadata).encode()
    for name, column in zip(table.column_names, table.columns, strict=True):
        for chunk in column.chunks:
            words = chunk.dictionary.buffers() if isinstance(chunk, pa.DictionaryArray) else []
            yield name, b"\0".join(part.to_pybytes() for part in (*chunk.buffers(), *words) if part is not None)
