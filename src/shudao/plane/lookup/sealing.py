"""Blocks on their way into LMDB: each gets its key, the key of the one before it, and its seal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from shudao.kernel.ids import random_bytes
from shudao.plane.lookup import shapes
from shudao.plane.lookup.environments import Environment, saving

_TOGETHER = 2_048  # blocks in one transaction
_LAST_BOUND = b"\xff" * shapes.SUBJECT


class Sealer:
    """
    Takes blocks in order. A block's key is a bound between its last subject and the next block's first, so that it
    need not change, and tells nothing, when the last subject is erased; so the last block waits for the next one.

    Args:
        cipher: Of the layer's own key.
        name: The layer's name.
    """

    def __init__(self, environment: Environment, cipher: AESGCM, name: str) -> None:
        self._environment, self._encrypt, self._name = environment, cipher.encrypt, name.encode("ascii")
        self._previous = shapes.FIRST
        self._waiting: list[Sequence[bytes | memoryview]] = []
        self._last = b""
        self.blocks = 0

    def feed(
        self,
        blocks: Sequence[Sequence[bytes | memoryview]],
        firsts: NDArray[np.uint8],
        lasts: NDArray[np.uint8],
    ) -> None:
        """Take blocks without their first 18 bytes; (n, 16) bytes say their first and last subjects."""
        bounds = _bounds(firsts, lasts)
        if self._waiting:
            between = _bounds(
                np.stack([firsts[0], firsts[0]]), np.stack([np.frombuffer(self._last, dtype=np.uint8), lasts[0]])
            )
            self._put(self._waiting, _shared([between[0]] * len(self._waiting)))
        waits = len(blocks) - 1
        while waits and bounds[waits - 1] is None:  # the earlier pieces of the last subject
            waits -= 1
        self._put(blocks[:waits], _shared(bounds[:waits]))
        self._waiting, self._last = list(blocks[waits:]), lasts[-1].tobytes()

    def finish(self) -> None:
        """Put what waits, then an empty block under the largest key: no subject lies beyond the last block."""
        self._put(self._waiting, [_LAST_BOUND] * len(self._waiting))
        self._waiting = []
        self._store([(shapes.END, shapes.HEAD.pack(self._previous, 0, 0, 0, 0, 0, shapes.SENTINEL))])

    def _put(self, blocks: Sequence[Sequence[bytes | memoryview]], bounds: Sequence[bytes]) -> None:
        previous, bound_before, piece = self._previous, b"", 0
        keyed: list[tuple[bytes, bytes]] = []
        for block, bound in zip(blocks, bounds, strict=True):
            piece = piece + 1 if bound == bound_before else 0
            key = bound + piece.to_bytes(2)
            keyed.append((key, b"".join((previous, *block))))
            previous, bound_before = key, bound
            if len(keyed) == _TOGETHER:
                self._store(keyed)
                keyed = []
        self._previous = previous
        self._store(keyed)

    def _store(self, keyed: list[tuple[bytes, bytes]]) -> None:
        nonces, encrypt, name = random_bytes(shapes.NONCE * len(keyed)), self._encrypt, self._name
        entries, start = [], 0
        for key, plain in keyed:
            nonce = nonces[start : start + shapes.NONCE]
            start += shapes.NONCE
            entries.append((key, nonce + encrypt(nonce, plain, name + key)))
        opened = self._environment
        with saving(opened.folder), opened.env.begin(write=True, db=opened.blocks) as txn, txn.cursor() as cursor:
            _, added = cursor.putmulti(entries, overwrite=False, append=True)
        if added != len(entries):
            raise RuntimeError("a block's key was there already")
        self.blocks += len(entries)


def _bounds(firsts: NDArray[np.uint8], lasts: NDArray[np.uint8]) -> list[bytes | None]:
    """Return for each block but the last a bound: not below its last subject, below the next one. None inside one."""
    before, after = lasts[:-1], firsts[1:]
    unequal = before != after
    first_unequal = unequal.argmax(axis=1)
    bounds = np.where(np.arange(shapes.SUBJECT)[None, :] > first_unequal[:, None], np.uint8(0xFF), before).tobytes()
    inside = ~unequal.any(axis=1)
    return [
        None if inside[number] else bounds[start : start + shapes.SUBJECT]
        for number, start in enumerate(range(0, len(bounds), shapes.SUBJECT))
    ]


def _shared(bounds: list[bytes | None]) -> list[bytes]:
    """Give all pieces of a subject the bound that follows its last piece."""
    shared: list[bytes] = []
    following = b""
    for bound in reversed(bounds):
        following = bound or following
        shared.append(following)
    return shared[::-1]
