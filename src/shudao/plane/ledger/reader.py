"""Read the ledger's entries back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shudao.plane.ledger import entry, frames
from shudao.plane.ledger.segment import FOLDER, SUFFIX


@dataclass(frozen=True, slots=True)
class Located:
    """An acknowledged entry and its place; `entry` is None where it was erased."""

    segment: str
    sequence: int
    entry: entry.Entry | None


def entries(folder: Path, *, segment: str | None = None, opened_after: str = "") -> Iterator[Located]:
    """
    Yield the durable entries, segment by segment, oldest segment first.

    Args:
        segment: This one only.
        opened_after: Only segments whose id (which begins with their instant) is not below this prefix.

    Raises:
        SegmentDamaged: a frame is not what was written.
    """
    pattern = f"{segment or '*'}{SUFFIX}"
    for path in sorted((Path(folder) / FOLDER).glob(pattern)):
        if path.stem >= opened_after:
            yield from _segment(path)


def count(folder: Path) -> int:
    """Return how many durable entries there are."""
    return sum(1 for _ in entries(folder))


def _segment(path: Path) -> Iterator[Located]:
    batch: list[Located] = []
    for frame in frames.read(path):
        if frame.kind == frames.RECEIPT:
            yield from batch
            batch.clear()
        elif frame.kind != frames.HEADER:
            body = frame.body
            batch.append(Located(path.stem, frame.number, entry.decode(body) if body else None))
