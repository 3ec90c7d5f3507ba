"""
How much an Arrow message unpacks to, read without unpacking anything.

Messages are flatbuffers (`Message.fbs`); the library has verified what is given here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pyarrow as pa

_RECORDS, _WORDS = 3, 2


def unpacked(metadata: pa.Buffer, body: pa.Buffer) -> tuple[int, int]:
    """
    Return (rows, bytes that its packed buffers unpack to) of an Arrow message; zeros for one without rows.

    Raises:
        struct.error, IndexError: a place it names lies outside of it.
    """
    table = _Table(memoryview(metadata), struct.unpack_from("<I", metadata)[0])
    kind = table.scalar(1, "<B")
    if kind not in (_RECORDS, _WORDS):
        return 0, 0
    batch = table.table(2) if kind == _RECORDS else table.table(2).table(1)
    rows = batch.scalar(0, "<q")
    if not batch.has(3):
        return rows, 0
    data, total = memoryview(body), 0
    for offset, length in batch.structs(2, "<qq"):
        if length:
            size = struct.unpack_from("<q", data, offset)[0]
            total += length if size == -1 else size if size >= 0 else 1 << 62
    return rows, total


class _Table:
    """A table of a flatbuffer, by the numbers of its fields."""

    def __init__(self, data: memoryview, at: int) -> None:
        self._data, self._at = data, at
        self._fields = at - struct.unpack_from("<i", data, at)[0]
        self._count = (struct.unpack_from("<H", data, self._fields)[0] - 4) // 2

    def _place(self, field: int) -> int:
        if field >= self._count:
            return 0
        offset = int(struct.unpack_from("<H", self._data, self._fields + 4 + 2 * field)[0])
        return self._at + offset if offset else 0

    def has(self, field: int) -> bool:
        return bool(self._place(field))

    def scalar(self, field: int, kind: str) -> int:
        place = self._place(field)
        return int(struct.unpack_from(kind, self._data, place)[0]) if place else 0

    def _pointed(self, field: int) -> int:
        place = self._place(field)
        if not place:
            raise IndexError
        return place + int(struct.unpack_from("<I", self._data, place)[0])

    def table(self, field: int) -> _Table:
        return _Table(self._data, self._pointed(field))

    def structs(self, field: int, kind: str) -> Iterator[tuple[int, ...]]:
        at = self._pointed(field)
        count, size = struct.unpack_from("<I", self._data, at)[0], struct.calcsize(kind)
        for number in range(count):
            yield struct.unpack_from(kind, self._data, at + 4 + number * size)
