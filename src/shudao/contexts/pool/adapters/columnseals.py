"""
Seals for the columns of a file that name somebody: about a thousand rows together, bound to their subjects.

A file has a key of its own, a block its running number, which is its nonce. The block of rows lies in its first row's
`sealed`, the other rows' are null: a row cannot be moved, and a file cannot be forged from another's rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.rowseals import FileSeal
from shudao.kernel.sealing import SealBroken

ROWS = 1024
_SIZE = _COUNTED = 4
_codec = pa.Codec("zstd", 1)


class ColumnCipher:
    """Seals the blocks of one file in their order, and opens any of them."""

    def __init__(self, seal: FileSeal, keys: Mapping[str, bytes]) -> None:
        self._cipher = AESGCM(seal.key(keys))
        self._number = 0

    def sealed(self, columns: Sequence[pa.Array], subjects: NDArray[np.uint8]) -> pa.Array:
        """Return the column `sealed` of these rows: a block's first row holds the block."""
        batch = pa.record_batch(list(columns), [str(place) for place in range(len(columns))])
        blocks = [self._seal(batch.slice(start, ROWS), subjects[start : start + ROWS]) for start in _starts(batch)]
        places = np.repeat(len(blocks), batch.num_rows)
        places[::ROWS] = np.arange(len(blocks))
        return pa.array([*blocks, None], pa.binary()).take(pa.array(places))

    def opened(self, sealed: pa.Array, subjects: NDArray[np.uint8], names: Sequence[str]) -> pa.Table:
        """Return the columns of whole blocks of rows. Raises SealBroken."""
        schema = _schema(len(names))
        blocks = [
            _unpacked(self._open(sealed[start].as_py(), subjects[start:stop]), schema, stop - start)
            for start, stop in _blocks(sealed)
        ]
        return pa.Table.from_batches(blocks, schema).rename_columns(list(names))

    def moved(
        self, sealed: pa.Array, subjects: NDArray[np.uint8], keep: NDArray[np.bool_], columns: int, to: ColumnCipher
    ) -> pa.Array:
        """
        Return whole blocks as another file's cipher seals them, with the rows to keep only. Raises SealBroken.

        A block of which every row is kept is not unpacked.
        """
        found: list[bytes | None] = []
        for start, stop in _blocks(sealed):
            packed = self._open(sealed[start].as_py(), subjects[start:stop])
            kept = keep[start:stop]
            if not kept.all():
                block = _unpacked(packed, _schema(columns), stop - start).filter(pa.array(kept))
                packed = _packed(block)
            if kept.any():
                found += [to._encrypt(packed, subjects[start:stop][kept]), *[None] * (int(kept.sum()) - 1)]
        return pa.array(found, pa.binary())

    def _seal(self, batch: pa.RecordBatch, subjects: NDArray[np.uint8]) -> bytes:
        return self._encrypt(_packed(batch), subjects)

    def _encrypt(self, packed: bytes, subjects: NDArray[np.uint8]) -> bytes:
        self._number += 1
        number = self._number.to_bytes(_COUNTED)
        return number + self._cipher.encrypt(_nonce(number), packed, _bound(subjects))

    def _open(self, sealed: bytes, subjects: NDArray[np.uint8]) -> bytes:
        number = sealed[:_COUNTED]
        try:
            return self._cipher.decrypt(_nonce(number), sealed[_COUNTED:], _bound(subjects))
        except (InvalidTag, ValueError):
            raise SealBroken(why=f"第 {int.from_bytes(number)} 块校验不符") from None


def _schema(columns: int) -> pa.Schema:
    return pa.schema([pa.field(str(place), pa.string()) for place in range(columns)])


def _blocks(sealed: pa.Array) -> list[tuple[int, int]]:
    """Return where each block's rows start and end."""
    starts = np.flatnonzero(sealed.is_valid().to_numpy(zero_copy_only=False)).tolist()
    if len(sealed) and starts[:1] != [0]:
        raise SealBroken(why="密封列不完整")
    return list(zip(starts, [*starts[1:], len(sealed)], strict=True))


def _packed(batch: pa.RecordBatch) -> bytes:
    plain = batch.serialize()
    return bytes(plain.size.to_bytes(_SIZE) + _codec.compress(plain, asbytes=True))


def _unpacked(packed: bytes, schema: pa.Schema, rows: int) -> pa.RecordBatch:
    plain = _codec.decompress(packed[_SIZE:], int.from_bytes(packed[:_SIZE]))
    block = pa.ipc.read_record_batch(plain, schema)
    if block.num_rows != rows:
        raise SealBroken(why="密封列的行数不符")
    return block


def _nonce(number: bytes) -> bytes:
    return number.rjust(12, b"\0")


def _bound(subjects: NDArray[np.uint8]) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(subjects).data).digest()


def _starts(batch: pa.RecordBatch) -> range:
    return range(0, batch.num_rows, ROWS)
