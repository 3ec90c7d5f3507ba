"""
How a segment file is laid out: frames of length (4 bytes, little endian), CRC-32 of the payload (4 bytes), payload.

A payload begins with its kind: 0 the header (JSON), 1 an entry (salt, body), 2 an erased entry (commitment, zeros),
3 a receipt (its text), which ends every batch: entries that no receipt follows were never acknowledged.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shudao.kernel.errors import ShudaoError
from shudao.kernel.folders import settled_size
from shudao.plane.ledger import entry

HEADER, ENTRY, ERASED, RECEIPT = 0, 1, 2, 3
LARGEST = 1 << 20
_READ = 8 << 20
_USUAL = 4096  # bytes: more than most entries have
_prefix = struct.Struct("<II")
PREFIX_SIZE = _prefix.size


class SegmentDamaged(ShudaoError):
    """A frame inside a segment is not what was written."""

    code = "plane.segment_damaged"
    status = 500
    says = "账本分段 {file} 第 {number} 条（字节 {offset}）已损坏：{why}。"
    advice = "请保留现场并用独立校验程序核对账本。"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: `number` counts the entries before it, from 0; `end` is the offset behind it."""

    number: int
    offset: int
    end: int
    kind: int
    payload: bytes

    @property
    def commitment(self) -> bytes:
        """The entry's commitment, computed, or as it was left behind when the entry was erased."""
        if self.kind == ERASED:
            return self.payload[1:33]
        return entry.commitment(self.payload[1 : 1 + entry.SALT_SIZE], self.payload[1 + entry.SALT_SIZE :])

    @property
    def body(self) -> bytes:
        """The entry's canonical bytes; empty where it was erased."""
        return b"" if self.kind == ERASED else self.payload[1 + entry.SALT_SIZE :]


def pack(payload: bytes) -> bytes:
    """Return the frame of a payload."""
    return _prefix.pack(len(payload), zlib.crc32(payload)) + payload


def header(segment: str, opened: str) -> bytes:
    """Return the first frame of a segment."""
    return pack(b"\x00" + json.dumps({"segment": segment, "opened": opened, "version": 1}, sort_keys=True).encode())


def erased(committed: bytes, length: int) -> bytes:
    """Return the frame that takes the place of an entry whose payload had `length` bytes."""
    return pack((b"\x02" + committed).ljust(length, b"\x00"))


def receipt(text: str) -> bytes:
    """Return the frame that ends a batch."""
    return pack(b"\x03" + text.encode())


def parse(
    content: bytes, *, start: int, number: int, file: str, damage: Callable[[SegmentDamaged], None] | None = None
) -> Iterator[Frame]:
    """
    Yield the whole frames of `content`, which lies at offset `start` of the file and begins with entry `number`.

    A last frame that is incomplete ends the run silently: its answer was never given. With `damage`, a frame with a
    wrong CRC is told there and yielded all the same.

    Raises:
        SegmentDamaged: a frame with a wrong CRC, length or kind.
    """
    place, size = 0, len(content)
    while size - place >= PREFIX_SIZE:
        length, crc = _prefix.unpack_from(content, place)
        if length == 0 and not any(content[place:]):
            return  # a power cut can leave zeros behind the last synced byte
        if not 1 <= length <= LARGEST:
            raise SegmentDamaged(file=file, number=number, offset=start + place, why="长度不合理")
        end = place + PREFIX_SIZE + length
        if end > size:
            return
        payload = content[place + PREFIX_SIZE : end]
        kind = payload[0]
        if zlib.crc32(payload) != crc or kind > RECEIPT or (kind == HEADER) != (start + place == 0):
            if is_torn(content, end):
                return
            error = SegmentDamaged(file=file, number=number, offset=start + place, why="校验和或类型不符")
            if damage is None:
                raise error
            damage(error)
        yield Frame(number, start + place, start + end, kind, payload)
        number += kind in (ENTRY, ERASED)
        place = end


def is_torn(content: bytes, end: int) -> bool:
    """Return whether a frame that ends there and does not hold was torn: only zeros follow its beginning."""
    return not any(content[end - 1 :])


def read_one(path: Path, *, offset: int, number: int) -> Frame:
    """Return the frame at `offset` of a segment file. Raises SegmentDamaged, OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        content = os.pread(descriptor, _USUAL, offset)
        if len(content) == _USUAL and _prefix.unpack_from(content)[0] > _USUAL - PREFIX_SIZE:
            content = os.pread(descriptor, PREFIX_SIZE + LARGEST, offset)
    finally:
        os.close(descriptor)
    length = _prefix.unpack_from(content)[0] if len(content) >= PREFIX_SIZE else 0
    for frame in parse(content[: PREFIX_SIZE + length], start=offset, number=number, file=path.name):
        return frame
    raise SegmentDamaged(file=path.name, number=number, offset=offset, why="记录不完整")


def read(
    path: Path, *, offset: int = 0, number: int = 0, damage: Callable[[SegmentDamaged], None] | None = None
) -> Iterator[Frame]:
    """Yield the frames of a segment file that are on the disk now, from `offset` on. Raises SegmentDamaged."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = settled_size(descriptor)
        while offset < size:
            content = os.pread(descriptor, min(_READ, size - offset), offset)
            moved = offset
            for frame in parse(content, start=offset, number=number, file=path.name, damage=damage):
                yield frame
                moved, number = frame.end, frame.number + (frame.kind in (ENTRY, ERASED))
            if moved == offset:
                return
            offset = moved
    finally:
        os.close(descriptor)
