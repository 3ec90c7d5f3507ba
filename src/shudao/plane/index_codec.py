"""How a subject's rows become the sealed bytes of the look-up index, and back."""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shudao.kernel.ids import random_bytes

SUBJECT_SIZE = 16
CHUNK_ROWS = 200
_NONCE = 12
_PLAIN, _DEFLATED = 0, 1
_DICTIONARY_SIZE = 4096

Row = dict[str, Any]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


class Damaged(Exception):
    """A value that is not what was written; the index says which."""


@dataclass(slots=True)
class Head:
    """What every write changes, kept beside the rows in the same transaction."""

    snapshot: int = 0
    as_of: str = ""
    subjects: int = 0
    rows: int = 0
    check: bytes = bytes(16)  # XOR of a keyed hash of every subject: a missing or invented subject shows
    layout: int = 0  # which Layout belongs to it


@dataclass(slots=True)
class Layout:
    """What rarely changes: field names, the compressor's dictionary, the keys by slot number."""

    dataset: str
    shapes: list[list[str]] = field(default_factory=list)
    dictionary: bytes = b""
    slots: list[tuple[str, bytes]] = field(default_factory=list)  # key id, salt


def derive(key: bytes, dataset: str, salt: bytes) -> bytes:
    """Return the key of one build, so that random nonces of different builds never share a key."""
    return hmac.digest(key, b"shudao look-up index|" + dataset.encode() + b"|" + salt, "sha256")


def subject_check(key: bytes, subject: bytes) -> int:
    """Return the subject's share of `Head.check`."""
    return int.from_bytes(hmac.digest(key, b"subject|" + subject, "sha256")[:16])


class Codec:
    """Encodes and decodes under one layout; `derived` are the keys by slot."""

    def __init__(self, layout: Layout, derived: Sequence[bytes | None]) -> None:
        self.layout = layout
        self._ciphers = [AESGCM(key) if key is not None else None for key in derived]
        self._names = [tuple(shape) for shape in layout.shapes]
        self._numbers = {shape: number for number, shape in enumerate(self._names)}
        # Copied for each value: making one anew would read the dictionary in again, at twice the price. A small window
        # and little memory cost no byte here, for dictionary and chunk are short.
        self._packer = zlib.compressobj(1, zlib.DEFLATED, -13, 5, 0, layout.dictionary)

    def plain_chunks(self, rows: Sequence[Row]) -> list[bytes]:
        """Return the rows as packed chunks of at most 200; new field lists are added to the layout."""
        total = max(1, -(-len(rows) // CHUNK_ROWS))
        return [
            _encoder.encode([total, [self._packed(row) for row in rows[start : start + CHUNK_ROWS]]])
            for start in range(0, max(1, len(rows)), CHUNK_ROWS)
        ]

    def _packed(self, row: Row) -> list[Any]:
        shape = tuple(row)
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = len(self._names)
            self._names.append(shape)
            self.layout.shapes.append(list(shape))
        return [number, *row.values()]

    def seal(self, slot: int, place: bytes, plain: bytes) -> bytes:
        """Return slot · nonce · ciphertext, bound to `place` (the entry's key)."""
        cipher = self._ciphers[slot]
        if cipher is None:
            raise Damaged(f"no key {self.layout.slots[slot][0]}")
        packer = self._packer.copy()
        small = packer.compress(plain) + packer.flush()
        body = b"\x01" + small if len(small) < len(plain) else b"\x00" + plain
        nonce = random_bytes(_NONCE)
        return bytes((slot,)) + nonce + cipher.encrypt(nonce, body, place)

    def open(self, place: bytes, value: bytes) -> tuple[int, list[Row]]:
        """Return how many chunks the subject has, and this chunk's rows. Raises Damaged."""
        if not value or value[0] >= len(self._ciphers):
            raise Damaged("its value names no key of this index")
        cipher = self._ciphers[value[0]]
        if cipher is None:
            raise Damaged(f"its key {self.layout.slots[value[0]][0]} is not at hand")
        try:
            body = cipher.decrypt(value[1 : 1 + _NONCE], value[1 + _NONCE :], place)
        except (InvalidTag, ValueError):
            raise Damaged("its value was changed or moved") from None
        plain = body[1:]
        if body[0] == _DEFLATED:
            plain = zlib.decompressobj(-15, self.layout.dictionary).decompress(plain)
        total, packed = _decoder.decode(plain)
        names = self._names
        return total, [dict(zip(names[row[0]], row[1:], strict=True)) for row in packed]


def make_dictionary(samples: Iterable[bytes]) -> bytes:
    """Return what the first values have in common with the rest: short rows compress only against other rows."""
    kept = bytearray()
    for sample in samples:
        kept += sample[:512]
        if len(kept) >= _DICTIONARY_SIZE:
            break
    return bytes(kept[:_DICTIONARY_SIZE])
