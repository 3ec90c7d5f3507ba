"""What a party can show without the ledger: its entry is under a signed root, and one root continues another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shudao.kernel.errors import NotFound
from shudao.plane.ledger import checkpoints
from shudao.plane.ledger.checkpoints import Checkpoint
from shudao.plane.ledger.tree import FileTree


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Leaf `leaf` is number `index` of the tree of `checkpoint`; hashes in hex, as `kernel.merkle` checks them."""

    segment: str
    sequence: int
    index: int
    leaf: str
    path: tuple[str, ...]
    checkpoint: Checkpoint


class EntryNotSequenced(NotFound):
    """No checkpoint covers this entry (yet)."""

    code = "plane.entry_not_sequenced"
    says = "该条目不存在，或尚未纳入检查点。"
    advice = "检查点最迟一分钟内生成，请稍后再试。"


def inclusion(folder: Path, segment: str, sequence: int, *, under: bytes | None = None) -> Inclusion:
    """
    Return the proof of an entry under the newest checkpoint, or under the one of line `under`, which must cover it.

    Raises:
        EntryNotSequenced: no checkpoint covers the entry.
    """
    lines = checkpoints.lines(folder)
    index, _ = locate(lines, segment, sequence)
    made = checkpoints.parse(under or lines[-1])[0]
    files = FileTree(folder)
    try:
        path = files.tree.inclusion(index, made.size)
        return Inclusion(
            segment=segment,
            sequence=sequence,
            index=index,
            leaf=files.tree.leaf(index).hex(),
            path=tuple(value.hex() for value in path),
            checkpoint=made,
        )
    finally:
        files.close()


def locate(lines: Sequence[bytes], segment: str, sequence: int) -> tuple[int, int]:
    """Return an entry's place in the tree, and the number of the first checkpoint line over it. EntryNotSequenced."""
    name = f'"{segment}"'.encode()
    for number, text in enumerate(lines):
        if name not in text:  # parsing a year of checkpoints takes seconds, looking through them does not
            continue
        made = checkpoints.parse(text)[0]
        start = made.size - sum(count for _, _, count in made.ranges)
        for found, first, count in made.ranges:
            if found == segment and first <= sequence < first + count:
                return start + sequence - first, number
            start += count
    raise EntryNotSequenced


def consistency(folder: Path, old: int, size: int) -> tuple[str, ...]:
    """Return the proof (hex) that the tree of `size` entries continues that of `old`. Raises ValueError."""
    files = FileTree(folder)
    try:
        return tuple(value.hex() for value in files.tree.consistency(old, size))
    finally:
        files.close()
