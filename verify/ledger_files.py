"""
Segment files and the tree's hashes, read as fast as they can be hashed. Part of verify/ledger.py.

Needs Python 3.11; uses nothing of the platform. What the files hold stands at the top of verify/ledger.py.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

PIECE = 16 << 20  # bytes of a segment read at a time


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@dataclass
class Segment:
    """
    What one segment file holds.

    `leaves` has 32 bytes for each entry; `covered` entries have a receipt behind them, the last one is `last`;
    `held` is the running hash after as many entries as a party's receipt names, if there are so many.
    """

    path: Path
    wanted: int = 0
    leaves: bytes = b""
    covered: int = 0
    last: str = ""
    held: bytes = b""
    erased: list[int] = field(default_factory=list)
    say: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def file(self) -> str:
        return self.path.name

    @property
    def entries(self) -> int:
        return len(self.leaves) // 32


def read_segment(segment: Segment) -> Segment:
    """Read the file in pieces: every checksum, every entry's leaf, and every receipt against the entries before it."""
    reader = Reader(segment)
    with segment.path.open("rb") as file:
        rest, place = b"", 0
        while piece := file.read(PIECE):
            content = rest + piece
            used = reader.frames(content, place)
            if used < 0:
                break
            rest, place = content[used:], place + used
    reader.close_batch()
    segment.leaves = b"".join(reader.leaves)
    return segment


class Reader:
    """Reads frames; the entries since the last receipt wait in `batch` as commitments."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.head = sha(b"shudao segment " + segment.name.encode())
        self.batch: list[bytes] = []
        self.count = 0
        self.leaves: list[bytes] = []

    def frames(self, content: bytes, start: int) -> int:
        """Take the whole frames at the beginning of `content`; return how many bytes they have, -1 to stop."""
        view, place = memoryview(content), 0
        unpack, crc32, sha256 = struct.Struct("<II").unpack_from, zlib.crc32, hashlib.sha256
        while place + 8 <= len(content):
            length, crc = unpack(content, place)
            end = place + 8 + length
            if length == 0 and not any(content[place:]):
                return -1
            if length == 0 or length > 1 << 20:
                self.tell(start + place, "no frame can be read")
                return -1
            if end > len(content):
                break
            if crc32(view[place + 8 : end]) != crc:
                if not any(content[end - 1 :]):
                    return -1  # torn by a power cut: only zeros follow its beginning
                self.tell(start + place, "changed, its checksum is wrong")
            if content[place + 8] == 1:
                self.batch.append(sha256(view[place + 9 : end]).digest())
            else:
                self.take(content[place + 8 : end])
            place = end
        return place

    def tell(self, place: int, what: str) -> None:
        self.segment.say.append(f"{self.segment.file}: entry {self.count + len(self.batch)} (byte {place}): {what}")

    def take(self, payload: bytes) -> None:
        """File a frame that is no entry, by its kind."""
        if payload[0] == 2:
            self.segment.erased.append(self.count + len(self.batch))
            self.batch.append(payload[1:33].ljust(32, b"\0"))
        elif payload[0] == 3:
            self.receipt(payload[1:].decode("ascii", "replace"))

    def receipt(self, text: str) -> None:
        """Compare a receipt with the entries before it, and go on from what it says."""
        self.close_batch()
        segment, after = self.segment, self.segment.covered
        try:
            name, entries, head, _, _ = receipt_message(text)
            told = bytes.fromhex(head)
        except ValueError:
            segment.say.append(f"{segment.file}: the receipt after entry {self.count - 1} is unreadable")
            return
        if (name, entries, told) != (segment.name, self.count, self.head):
            segment.say.append(
                f"{segment.file}: entries {after} to {self.count - 1} differ from what their receipt covers "
                "(edited, inserted, deleted or swapped)"
            )
            self.head = told
        segment.covered, segment.last = self.count, text

    def close_batch(self) -> None:
        """Let the waiting commitments go into the running hash and the leaves."""
        head, sha256 = self.head, hashlib.sha256
        for number, commitment in enumerate(self.batch, self.count + 1):
            head = sha256(head + commitment).digest()
            if number == self.segment.wanted:
                self.segment.held = head
        self.leaves.append(b"".join([sha256(b"\0" + commitment).digest() for commitment in self.batch]))
        self.head, self.count, self.batch = head, self.count + len(self.batch), []


def receipt_message(receipt: str) -> tuple[str, int, str, bytes, str]:
    """Segment, entries, head, the signed bytes, the signature of a receipt's text."""
    segment, entries, head, instant, _key, signature = receipt.strip().split(":")
    message = f"shudao receipt\n{segment}\n{entries}\n{head}\n{instant}".encode()
    return segment, int(entries), head, message, signature


def block_peaks(block: tuple[bytes, list[int]]) -> dict[int, list[bytes]]:
    """Number of leaves → roots of the complete subtrees, largest first, that so many leaves of the block make."""
    leaves, wanted = block
    levels = [leaves]
    while len(levels[-1]) >= 64:
        level = levels[-1]
        pairs = len(level) // 64 * 64
        levels.append(b"".join([sha(b"\x01" + level[at : at + 64]) for at in range(0, pairs, 64)]))
    have = len(leaves) // 32
    return {
        count: [levels[h][(count >> h) * 32 - 32 :][:32] for h in reversed(range(17)) if count >> h & 1]
        for count in (*wanted, have)
        if count <= have
    }


def fold(peaks: list[bytes]) -> bytes:
    """The root over peaks, largest first (RFC 9162 §2.1.1)."""
    total = peaks[-1]
    for left in reversed(peaks[:-1]):
        total = sha(b"\x01" + left + total)
    return total
