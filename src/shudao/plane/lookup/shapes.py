"""
How a block's bytes are laid out: shared by what writes blocks and what reads them.

    head · bases · subjects · counts · unit records · row columns · patches · texts

A block holds *units*: a unit is a subject with its rows, or one piece of a subject with very many. What is the same
in all rows of a unit stands once, in the unit's record; what differs from row to row stands column by column. A few
rows that differ from their unit are *patches* upon it: one bit a unit that says whether it has any, then all patches'
rows in the block (2 bytes), all their columns (1), all their values (4 or 8). Numbers stand as distances from the
block's base, in as few bytes as the largest needs; a column that counts up evenly (months, dates) has its `step`
taken off first and is constant then. The layer's head lists the *shapes* in use: one form a column.
"""

from __future__ import annotations

import hmac
import struct

import msgspec

SUBJECT = 16
KEY = 18  # a bound of 16 bytes, then the piece's number
NONCE = 12
TAG = 16
PAGE = 4096
LIMIT = 1984  # bytes of a plain block: sealed, two of them fill a page, and none needs pages of its own

HEAD = struct.Struct("<18sHHHIHB")  # previous key, shape, units, rows, patches, pieces, flags
UNEVEN, WIDE, SENTINEL = 1, 2, 4  # flags: counts follow the subjects; patches have 8 bytes; nothing comes after
PATCH, WIDE_PATCH = 7, 11  # bytes
MOST_COUNTED = 255  # rows of a unit that shares its block: counts have one byte
FIRST = bytes(SUBJECT) + b"\xff\xff"  # stands for the key before the first block's
END = b"\xff" * KEY

NOWHERE, UNIT, ROW, ABSENT = 0, 1, 2, 3
FLAGGED = 9  # a presence byte, then 8 bytes: for numbers so far apart that no value is left to stand for "none"
NUMBERS = {1: "B", 2: "H", 4: "I", 8: "Q", FLAGGED: "?Q"}
HASHES = {SUBJECT: "16s", SUBJECT + 1: "?16s"}
BASES = {0: "", 4: "i", 8: "q"}
EPOCH = 719_163  # ordinal of 1970-01-01

CODE = "c"  # text by its number in the layer's dictionary; the other letters are fields.Kind's


class Form(msgspec.Struct, frozen=True, array_like=True):
    """How one column stands in a block: where, as what, in how many bytes."""

    place: int  # NOWHERE: the base is the value of every row; ABSENT: every value is None
    kind: str
    width: int = 0  # texts: of the place where it starts
    length: int = 0  # texts: width of the length
    nulls: bool = False  # numbers and lengths: all bits set stand for None
    base: int = 0  # width of the base
    step: int = 0  # added to the value for each row further in the unit

    @property
    def size(self) -> int:
        """Bytes of a value."""
        return self.width + self.length

    @property
    def parts(self) -> list[int]:
        """Bytes of the parts of a value that stand column by column."""
        if self.kind == "t":
            return [self.width, self.length]
        return [1, self.width - 1] if self.width in (FLAGGED, SUBJECT + 1) else [self.width]

    def packed(self) -> str:
        """Return a value's parts for struct."""
        if self.kind == "t":
            return NUMBERS[self.width] + NUMBERS[self.length]
        return HASHES[self.width] if self.kind == "h" else NUMBERS[self.width]


class Head(msgspec.Struct):
    """What erasing changes: what lies in the layer. `check` is the XOR of all subjects."""

    rows: int = 0
    gone: int = 0
    subjects: int = 0
    alive: int = 0  # subjects with a row that is no tombstone
    blocks: int = 0
    check: bytes = bytes(SUBJECT)


class Layout(msgspec.Struct):
    """What never changes: columns, keys, the dictionaries of texts, the shapes."""

    dataset: str
    fields: list[tuple[str, str]]
    record_key: list[str]
    salt: bytes
    words: list[list[str | None]] = []
    shapes: list[list[Form]] = []


class Current(msgspec.Struct):
    """What CURRENT says."""

    dataset: str
    snapshot: int
    as_of: str
    layers: list[str]  # oldest first


def derive(key: bytes, dataset: str, salt: bytes) -> bytes:
    """Return the key of one layer, so that random nonces of different layers never share a key."""
    return hmac.digest(key, b"shudao look-up layer|" + dataset.encode() + b"|" + salt, "sha256")


def bound(part: str, dataset: str, layer: str) -> bytes:
    """Return the bytes that tie a sealed part to its dataset and layer."""
    return f"shudao look-up {part}|{dataset}|{layer}".encode()
