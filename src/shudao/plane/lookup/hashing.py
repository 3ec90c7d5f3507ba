"""The keyed hashes of many identifiers at once: `kernel.sealing.keyed_hash`, a hundred times as fast."""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
_BLOCK = 16
LONGEST = 2 * _BLOCK


class RowHasher:
    """
    Hashes texts of one length under one key.

    AES-CMAC chains the blocks of a text, but every text's first block may be enciphered in one call, and so may every
    second one (NIST SP 800-38B).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        zero = self._encipher(np.zeros((1, _BLOCK), np.uint8))[0]
        self._whole = _doubled(zero)
        self._padded = _doubled(self._whole)

    def __call__(self, rows: Bytes) -> Bytes:
        """Return 16 bytes for each row, a text of at most `LONGEST` bytes."""
        length = rows.shape[1]
        size = _BLOCK if length <= _BLOCK else LONGEST
        blocks = np.empty((len(rows), size), np.uint8)
        blocks[:, :length] = rows
        blocks[:, length:] = 0
        last = blocks[:, -_BLOCK:]
        if length % _BLOCK or not length:
            blocks[:, length] = 0x80
            last ^= self._padded
        else:
            last ^= self._whole
        if length <= _BLOCK:
            return self._encipher(blocks)
        last ^= self._encipher(np.ascontiguousarray(blocks[:, :_BLOCK]))
        return self._encipher(np.ascontiguousarray(last))

    def _encipher(self, blocks: Bytes) -> Bytes:
        # One block to another, with no chain between them: CMAC's own chain is what `__call__` adds.
        encryptor = Cipher(AES(self._key), ECB()).encryptor()  # noqa: S305 - a building block, never a mode of its own
        found = encryptor.update(blocks.data) + encryptor.finalize()
        return np.frombuffer(found, np.uint8).reshape(blocks.shape)


def _doubled(block: Bytes) -> Bytes:
    """Return the block doubled in the field of 2^128 that CMAC's subkeys come of."""
    number = int.from_bytes(block.tobytes()) << 1
    if number >> 128:
        number = number ^ (1 << 128) ^ 0x87
    return np.frombuffer(number.to_bytes(_BLOCK), np.uint8)
