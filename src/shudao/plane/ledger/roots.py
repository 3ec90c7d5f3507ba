"""
Roots of one tree at many sizes, without keeping the tree: blocks of leaves are hashed level by level, in any process.

A block of 2^16 leaves is a complete subtree. What the whole needs of it is its root, and where a wanted size falls
inside it, the peaks (roots of the complete subtrees, largest first) of its leaves up to there.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shudao.kernel import merkle
from shudao.plane.ledger.hands import Hands

HEIGHT = 16
BLOCK = 1 << HEIGHT
_SIZE = merkle.HASH_SIZE


@dataclass(frozen=True, slots=True)
class Block:
    """Up to `BLOCK` leaf hashes one after another, and the numbers of leaves (from the block's first) to answer for."""

    leaves: bytes
    wanted: tuple[int, ...]


def peaks(block: Block) -> dict[int, list[bytes]]:
    """Return number of leaves → peaks for each wanted number that the block has, and for all of its leaves."""
    have, levels = len(block.leaves) // _SIZE, [block.leaves]
    while len(levels[-1]) > _SIZE:
        levels.append(_parents(levels[-1]))
    return {count: _peaks_at(levels, count) for count in (*block.wanted, have) if count <= have}


def fold(found: Sequence[bytes]) -> bytes:
    """Return the root over peaks, largest first."""
    if not found:
        return merkle.EMPTY_ROOT
    value = found[-1]
    for peak in found[-2::-1]:
        value = merkle.node_hash(peak, value)
    return value


def at_sizes(pieces: Iterable[memoryview], sizes: Iterable[int], hands: Hands) -> dict[int, bytes]:
    """
    Return size → root for every size that the leaves reach.

    Args:
        pieces: Leaf hashes in the tree's order, in stretches of any length.
        sizes: Numbers of leaves; 0 gives the root of the empty tree.
    """
    ordered = sorted(set(sizes))
    wanted, found = set(ordered), {0: merkle.EMPTY_ROOT}
    complete: list[bytes] = []  # peaks over the whole blocks so far
    for number, answered in enumerate(hands.each(peaks, _blocks(pieces, ordered))):
        for count, own in answered.items():
            total = _grown(complete, number, own[0]) if count == BLOCK else [*complete, *own]
            if number * BLOCK + count in wanted:
                found[number * BLOCK + count] = fold(total)
            if count == BLOCK:
                complete = total
    return found


def _parents(level: bytes) -> bytes:
    sha = hashlib.sha256
    pairs = len(level) // (2 * _SIZE) * (2 * _SIZE)
    return b"".join([sha(b"\x01" + level[at : at + 64]).digest() for at in range(0, pairs, 64)])


def _peaks_at(levels: list[bytes], count: int) -> list[bytes]:
    heights = [height for height in range(count.bit_length() - 1, -1, -1) if count >> height & 1]
    return [levels[height][((count >> height) - 1) * _SIZE :][:_SIZE] for height in heights]


def _grown(complete: list[bytes], blocks: int, root: bytes) -> list[bytes]:
    grown = list(complete)
    while blocks & 1:
        root = merkle.node_hash(grown.pop(), root)
        blocks >>= 1
    return [*grown, root]


def _blocks(pieces: Iterable[memoryview], wanted: Sequence[int]) -> Iterator[Block]:
    """Cut the leaves into blocks; the last one may be short."""
    start, held = 0, bytearray()
    for piece in pieces:
        at = 0
        while at < len(piece):
            taken = min(BLOCK * _SIZE - len(held), len(piece) - at)
            held += piece[at : at + taken]
            at += taken
            if len(held) == BLOCK * _SIZE:
                yield _block(held, start, wanted)
                start, held = start + BLOCK, bytearray()
    if held:
        yield _block(held, start, wanted)


def _block(leaves: bytearray, start: int, wanted: Sequence[int]) -> Block:
    inside = wanted[bisect_right(wanted, start) : bisect_left(wanted, start + BLOCK)]
    return Block(bytes(leaves), tuple(size - start for size in inside))
