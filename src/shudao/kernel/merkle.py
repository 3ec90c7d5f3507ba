"""
Merkle trees as RFC 9162 §2.1 defines them: root, inclusion and consistency proofs, and the check of both.

`Tree` keeps the hash of every complete subtree by level, so an append costs two hashes on average and a proof of any
earlier size is read, not computed. Where the levels lie (memory, files) is the caller's choice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256(0x00 · data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 · left · right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Level(Protocol):
    """The hashes of one height, left to right."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int, /) -> bytes: ...

    def append(self, value: bytes, /) -> None: ...


class MemoryLevel:
    """A level in memory, 32 bytes a hash."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def __len__(self) -> int:
        return len(self._bytes) // HASH_SIZE

    def __getitem__(self, position: int) -> bytes:
        return bytes(self._bytes[position * HASH_SIZE : (position + 1) * HASH_SIZE])

    def append(self, value: bytes) -> None:
        self._bytes += value


class Tree:
    """
    An append-only tree.

    Args:
        level: Makes, or opens, the level of a height (0 = leaf hashes); levels that exist already are taken over.
        height: How many levels to open at the start.
    """

    def __init__(self, level: Callable[[int], Level] = lambda height: MemoryLevel(), height: int = 1) -> None:
        self._make = level
        self._levels: list[Level] = [level(number) for number in range(max(1, height))]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf (`leaf_hash`)."""
        levels, height, value = self._levels, 0, leaf
        while True:
            if height == len(levels):
                levels.append(self._make(height))
            level = levels[height]
            level.append(value)
            count = len(level)
            if count & 1:
                return
            value = node_hash(level[count - 2], value)
            height += 1

    def root(self, size: int | None = None) -> bytes:
        """Return the root when the tree had `size` leaves (all by default)."""
        size = self._checked(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """Return the hash of leaf `index`."""
        return self._levels[0][index]

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that leaf `index` is in the tree of `size` leaves. Raises ValueError out of range."""
        size = self._checked(size)
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of `size` leaves continues that of `old`. Raises ValueError out of range."""
        size = self._checked(size)
        if not 0 <= old <= size:
            raise ValueError(f"a tree of {size} continues none of {old}")
        if old in (0, size):
            return []
        path: list[bytes] = []
        low, high, whole = 0, size, True
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._range(low, high))
        return path[::-1]

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")
        return size

    def _range(self, low: int, high: int) -> bytes:
        count = high - low
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._levels[height][low >> height]
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))


def _split(count: int) -> int:
    """Return the largest power of two below `count` (> 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` shows the leaf hash at `index` of the tree with this size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            value = node_hash(sibling, value)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and value == root


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` shows that one tree continues the other (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _climb(old - 1, size - 1, path) == (old_root, root)


def _climb(position: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return both roots that a consistency path leads to, or None where it is too short or too long."""
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, sibling)
        position >>= 1
        last >>= 1
    return (first, second) if last == 0 else None
