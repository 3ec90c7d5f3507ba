"""
Where rows wait between judging and writing: in memory while they are few, then on disk in 256 parts by their subject.

What lies on disk is sealed by a key that only this process ever had: a killed intake leaves nothing that can be read.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.held import SUBJECT, raw
from shudao.kernel.ids import random_bytes

PARTS = 256
_MOST_IN_MEMORY = 1 << 20
_FEWEST, _MOST = 1 << 18, 1 << 19
# However few the rows are: they may be long.
_MOST_BYTES, _FEWEST_BYTES = 1 << 30, 1 << 28
_LENGTH, _NONCE = 8, 12


class Pieces:
    """Tables in a file, each sealed, in the order they were added."""

    def __init__(self, path: Path) -> None:
        self._path, self._cipher, self._count = path, AESGCM(random_bytes(32)), 0

    def add(self, table: pa.Table) -> None:
        """Append a table."""
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        self._count += 1
        nonce = self._count.to_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, sink.getbuffer(), None)
        with open(self._path, "ab", opener=_private) as file:
            file.write(len(sealed).to_bytes(_LENGTH))
            file.write(sealed)

    def take(self) -> Iterator[pa.Table]:
        """Yield every table, then remove the file."""
        if not self._count:
            return
        with self._path.open("rb") as file:
            for number in range(1, self._count + 1):
                sealed = file.read(int.from_bytes(file.read(_LENGTH)))
                plain = self._cipher.decrypt(number.to_bytes(_NONCE), sealed, None)
                yield pa.ipc.open_stream(pa.py_buffer(plain)).read_all()
        self._path.unlink()
        self._count = 0


class Staging:
    """
    Tables of rows, put in any order and taken part by part, ascending by subject.

    Args:
        folder: Where parts lie on disk; it must exist, and is its owner's to remove.
        most: How many rows are kept in memory.
        largest: How many rows are given at once, about; a subject's rows always are.
    """

    def __init__(self, folder: Path, most: int = _MOST_IN_MEMORY, largest: int = _MOST) -> None:
        self._folder, self._most, self._largest = folder, most, largest
        self._waiting: list[pa.Table] = []
        self._rows = self._bytes = 0
        self._spilled: list[Pieces] = []

    def put(self, table: pa.Table) -> None:
        """Add rows."""
        self._rows, self._bytes = self._rows + table.num_rows, self._bytes + table.nbytes
        if (self._rows > self._most or self._bytes > _MOST_BYTES) and not self._spilled:
            self._spilled = [Pieces(self._folder / f"{part:03d}") for part in range(PARTS)]
            for one in self._waiting:
                self._spill(one)
            self._waiting.clear()
        if self._spilled:
            self._spill(table)
        elif table.num_rows:
            self._waiting.append(table)

    def parts(self) -> Iterator[tuple[float, list[pa.Table]]]:
        """Yield (share done before, tables in the order they were put) part by part, and let go of them."""
        if not self._spilled:
            taken, self._waiting = self._waiting, []
            yield 0.0, taken
            return
        found: list[pa.Table] = []
        for part, pieces in enumerate(self._spilled):
            fresh = list(pieces.take())
            if found and _rows(found) + _rows(fresh) > self._largest:
                yield part / PARTS, found
                found = []
            found += fresh
            # Small parts go together: what a part costs beside its rows is spent once for all of them.
            rows, size = _rows(found), sum(table.nbytes for table in found)
            if rows > self._largest:
                yield from self._divided(part, found, -(-rows // self._largest))
                found = []
            elif rows >= _FEWEST or size >= _FEWEST_BYTES or part == PARTS - 1:
                yield part / PARTS, found
                found = []

    def _divided(self, part: int, tables: list[pa.Table], pieces: int) -> Iterator[tuple[float, list[pa.Table]]]:
        """Yield a large part in pieces, by the subjects' second byte: sorting takes many times what the rows do."""
        ends = [256 * (piece + 1) // pieces for piece in range(pieces)]
        groups = [np.searchsorted(ends, _bytes(table, 1), side="right") for table in tables]
        for piece in range(pieces):
            chosen = zip(tables, groups, strict=True)
            yield (
                (part + piece / pieces) / PARTS,
                [some for table, group in chosen if (some := table.filter(pa.array(group == piece))).num_rows],
            )

    def _spill(self, table: pa.Table) -> None:
        """Rows without a subject go to part 0."""
        first = _bytes(table, 0)
        order = np.argsort(first, kind="stable")
        ordered = table.take(pa.array(order)).combine_chunks()
        ends = np.searchsorted(first[order], np.arange(PARTS), side="right").tolist()
        start = 0
        for part, end in enumerate(ends):
            if end > start:
                self._spilled[part].add(ordered.slice(start, end - start))
            start = end


def _rows(tables: list[pa.Table]) -> int:
    return sum(table.num_rows for table in tables)


def _bytes(table: pa.Table, place: int) -> NDArray[np.uint8]:
    """Return one byte of each row's subject, 0 where there is none."""
    found = np.ascontiguousarray(raw(table, SUBJECT)[:, place])
    if table.column(SUBJECT).null_count:
        found = np.where(table.column(SUBJECT).is_valid().to_numpy(), found, 0).astype(np.uint8)
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
