"""The keyed hashes of a whole column of identifiers at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shudao.kernel import sealing
from shudao.plane.lookup.hashing import LONGEST, Bytes, RowHasher


class Hasher:
    """Hashes columns under one key, texts of one length together; long ones, which no identifier is, one by one."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._short = RowHasher(key)

    def __call__(self, texts: pa.Array) -> Bytes:
        """Return 16 bytes for each text, as rows of an array; zeros where there is none."""
        texts = texts.cast(pa.string())
        found = np.zeros((len(texts), sealing.HASH_SIZE), np.uint8)
        offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
        held = texts.buffers()[2]
        data = np.frombuffer(held, np.uint8) if held is not None else np.zeros(0, np.uint8)
        lengths = np.diff(offsets)
        if len(texts) and not texts.null_count and lengths.min() == lengths.max() <= LONGEST:
            return self._short(data[offsets[0] : offsets[-1]].reshape(len(texts), int(lengths[0])))
        there = texts.is_valid().to_numpy(zero_copy_only=False) if texts.null_count else np.ones(len(texts), bool)
        for length in np.unique(lengths[there]).tolist():
            places = np.flatnonzero((lengths == length) & there)
            rows = _rows(data, offsets, places, length)
            found[places] = self._short(rows) if length <= LONGEST else self._long(rows)
        return found

    def _long(self, rows: Bytes) -> Bytes:
        hashes = [sealing.keyed_hash(self._key, bytes(row).decode()) for row in rows]
        return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, sealing.HASH_SIZE)


def _rows(data: Bytes, offsets: NDArray[np.int32], places: NDArray[np.intp], length: int) -> Bytes:
    """Return the texts at `places`, all of one length, as the rows of an array."""
    first = int(offsets[places[0]])
    if int(offsets[places[-1]]) - first == (len(places) - 1) * length:
        return data[first : first + len(places) * length].reshape(len(places), length)
    return data[offsets[places][:, None] + np.arange(length, dtype=np.int32)]


def column(hashes: Bytes, like: pa.Array) -> pa.Array:
    """Return the hashes as a column, null where `like` is."""
    values = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(sealing.HASH_SIZE), len(hashes), [None, pa.py_buffer(np.ascontiguousarray(hashes))]
    )
    return values if not like.null_count else pa.compute.if_else(like.is_valid(), values, None)
