"""One segment read as fast as its bytes can be hashed: leaf hashes, and whether receipts cover what is before them."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from shudao.plane.ledger import entry, frames, receipts

_READ = 8 << 20
_prefix = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A segment file to read, and the number of entries (0 for none) at which a receipt held by a party ends."""

    path: Path
    held_entries: int = 0


@dataclass(slots=True)
class Scanned:
    """
    What a segment file holds.

    Attributes:
        leaves: The tree's leaf hashes of its entries, 32 bytes each.
        covered: Entries that a receipt follows; `last` is the last receipt.
        held_head: Running hash (hex) after `held_entries` entries, "" where it has fewer.
        erased: Numbers of erased entries.
        problems: Plain sentences.
        size: Bytes read.
    """

    name: str
    leaves: bytes = b""
    covered: int = 0
    last: receipts.Receipt | None = None
    held_head: str = ""
    erased: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def entries(self) -> int:
        """How many entries could be read, receipts or not."""
        return len(self.leaves) // 32


def scan(wanted: Wanted) -> Scanned:
    """Read and check one segment; never raises for what lies in it. Raises OSError."""
    reading = _Reading(wanted)
    descriptor = os.open(wanted.path, os.O_RDONLY)
    try:
        size, offset = os.fstat(descriptor).st_size, 0
        os.fdatasync(descriptor)  # written is not durable: see frames.read
        while offset < size:
            content = os.pread(descriptor, min(_READ, size - offset), offset)
            moved = reading.take(content, offset)
            if moved == 0:
                break
            offset += moved
    finally:
        os.close(descriptor)
    return reading.done(size)


class _Reading:
    """A segment while it is read: what lies before the last receipt, and the entries of the batch under way."""

    def __init__(self, wanted: Wanted) -> None:
        self.found = Scanned(wanted.path.stem)
        self._file = wanted.path.name
        self._held = wanted.held_entries
        self._head = entry.first_head(wanted.path.stem)
        self._count = 0  # entries before the batch
        self._batch: list[bytes] = []  # their commitments
        self._leaves: list[bytes] = []

    def take(self, content: bytes, offset: int) -> int:
        """
        Read the whole frames of `content`, which lies at `offset`; return how many bytes those are, 0 to stop.

        A full verification spends its time in this loop: for an entry it calls one hash and one checksum.
        """
        unpack, crc32, sha = _prefix.unpack_from, zlib.crc32, hashlib.sha256
        view, size, place = memoryview(content), len(content), 0
        while size - place >= 8:
            length, crc = unpack(content, place)
            end = place + 8 + length
            if not 1 <= length <= frames.LARGEST:
                self._stop(content[place:], offset + place, length)
                return 0
            if end > size:
                break
            kind = content[place + 8]
            if crc32(view[place + 8 : end]) != crc or kind > frames.RECEIPT or (kind == 0) != (offset + place == 0):
                if frames.is_torn(content, end):
                    break
                self._damaged(offset + place)
            if kind == frames.ENTRY:
                self._batch.append(sha(view[place + 9 : end]).digest())
            else:
                self._other(kind, content[place + 9 : end])
            place = end
        return place

    def done(self, size: int) -> Scanned:
        """Return what was found."""
        self._fold()
        self.found.leaves = b"".join(self._leaves)
        self.found.size = size
        return self.found

    def _other(self, kind: int, rest: bytes) -> None:
        if kind == frames.RECEIPT:
            self._receipt(rest)
        elif kind == frames.ERASED:
            self.found.erased.append(self._count + len(self._batch))
            self._batch.append(rest[:32].ljust(32, b"\0"))
        elif kind > frames.RECEIPT:
            self._batch.append(hashlib.sha256(rest).digest())  # damaged, but it stands where an entry stood

    def _fold(self) -> None:
        """Let the batch's commitments go into running hash and leaves."""
        batch, sha, head = self._batch, hashlib.sha256, self._head
        ahead = self._held - self._count
        if 0 < ahead <= len(batch):
            kept = head
            for committed in batch[:ahead]:
                kept = sha(kept + committed).digest()
            self.found.held_head = kept.hex()
        for committed in batch:
            head = sha(head + committed).digest()
        self._head = head
        self._leaves.append(b"".join([sha(b"\0" + committed).digest() for committed in batch]))
        self._count += len(batch)
        self._batch = []

    def _receipt(self, payload: bytes) -> None:
        self._fold()
        count, after = self._count, self.found.covered
        try:
            found = receipts.parse(payload.decode())
        except ValueError:
            self.found.problems.append(f"{self._file}: the receipt after entry {count - 1} is unreadable")
            return
        if (found.segment, found.entries, found.head) != (self.found.name, count, self._head.hex()):
            self.found.problems.append(
                f"{self._file}: entries {after} to {count - 1} are not those that their receipt covers"
                ": one of them, or one before, was edited, inserted, deleted or swapped"
            )
            self._head = _head_of(found) or self._head
        self.found.covered, self.found.last = count, found

    def _stop(self, rest: bytes, offset: int, length: int) -> None:
        # A power cut can leave zeros behind the last synced byte; anything else was never written like that.
        if length or any(rest):
            self._damaged(offset)

    def _damaged(self, offset: int) -> None:
        number = self._count + len(self._batch)
        self.found.problems.append(f"{self._file}: entry {number} (byte {offset}) was changed: its checksum is wrong")


def _head_of(found: receipts.Receipt) -> bytes:
    """Return the running hash that a receipt names; empty where what it names is none."""
    try:
        head = bytes.fromhex(found.head)
    except ValueError:
        return b""
    return head if len(head) == 32 else b""
