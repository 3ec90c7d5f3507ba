"""What a party can show without the ledger: its entry is under a signed root, and one root continues another."""

from __future__ import annotations

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


def inclusion(folder: Path, segment: str, sequence: int) -> Inclusion:
    """Return the proof of an entry under the newest checkpoint. Raises EntryNotSequenced."""
    past = checkpoints.read(folder)
    index = _index(past, segment, sequence)
    files = FileTree(folder)
    try:
        path = files.tree.inclusion(index, past[-1].size)
        return Inclusion(
            segment=segment,
            sequence=sequence,
            index=index,
            leaf=files.tree.leaf(index).hex(),
            path=tuple(value.hex() for value in path),
            checkpoint=past[-1],
        )
    finally:
        files.close()


def consistency(folder: Path, old: int, size: int) -> tuple[str, ...]:
    """Return the proof (hex) that the tree of `size` entries continues that of `old`. Raises ValueError."""
    files = FileTree(folder)
    try:
        return tuple(value.hex() for value in files.tree.consistency(old, size))
    finally:
        files.close()


def _index(past: list[Checkpoint], segment: str, sequence: int) -> int:
    start = 0
    for name, first, count in (each for checkpoint in past for each in checkpoint.ranges):
        if name == segment and first <= sequence < first + count:
            return start + sequence - first
        start += count
    raise EntryNotSequenced
