"""
A batch's columns, measured for a cut into blocks: in which form each column stands in each block, and what that costs.

All of it is vectorised; the arrays named after blocks have one element a block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shudao.plane.lookup import shapes
from shudao.plane.lookup.cuts import Blocks, Counts, Flags, Units

Numbers64 = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

_LARGEST = np.iinfo(np.int64).max
_SMALLEST = np.iinfo(np.int64).min
_TOPS = np.array([0, 0xFF, 0xFFFF, 0xFFFF_FFFF], dtype=np.uint64)
_WIDTHS = np.array([0, 1, 2, 4, 8], dtype=np.int64)
_STEPS_WITHIN = 1 << 62  # larger numbers get no step: taking it off could leave the 64 bits


@dataclass(slots=True)
class Measure:
    """How a column stands in each block. Widths as in shapes.Form; `patches` counts the rows that differ."""

    kind: str
    place: Counts
    width: Counts
    length: Counts
    base: Numbers64
    base_width: int = 0
    nulls: bool = False
    step: int = 0
    patches: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def form(self, block: int) -> shapes.Form:
        """Return the block's form."""
        place, width, length = int(self.place[block]), int(self.width[block]), int(self.length[block])
        return shapes.Form(place, self.kind, width, length, self.nulls, self.base_width, self.step)

    def sizes(self) -> Counts:
        """Bytes of one value in a record."""
        return self.width + self.length

    def lift(self, blocks: Counts) -> None:
        """Give some blocks one form that fits them all, so that a batch has few forms."""
        place, width, length = self.place[blocks], self.width[blocks], self.length[blocks]
        if (place == place[0]).all() and (width == width[0]).all() and (length == length[0]).all():
            return
        rowwise = bool((place == shapes.ROW).any()) or (width.max() == shapes.FLAGGED and self.patches[blocks].any())
        self.place[blocks] = shapes.ROW if rowwise else shapes.UNIT
        if self.kind == "h":
            self.width[blocks] = shapes.SUBJECT + 1
        elif self.kind == "t":
            self.length[blocks] = length.max()
        else:
            self.width[blocks] = max(1, width.max())
        if rowwise and len(self.patches):
            self.patches[blocks] = 0


class Column(Protocol):
    """A column of a batch of rows."""

    differs: Flags | None  # rows that are not as their unit's first; None where there are none

    def measure(self, blocks: Blocks) -> Measure:
        """Choose a form for each block."""


def width_of(spans: Unsigned, *, nulls: bool) -> Counts:
    """Return how many bytes numbers from 0 to `spans` need, leaving one number free for None where there are nulls."""
    room = spans + np.uint64(nulls)
    widths = _WIDTHS[np.searchsorted(_TOPS, room, side="left")]
    return np.where(room < spans, shapes.FLAGGED, widths)


class NumberColumn:
    """
    Integers, days, or numbers of dictionary texts.

    Args:
        kind: The letter of the form.
        values: One a row; anything where it is null.
        nulls: Which rows are null, or None.
        step: What each row further in a unit is larger by, as a rule.
    """

    def __init__(self, kind: str, units: Units, values: Numbers64, nulls: Flags | None, step: int = 0) -> None:
        self.kind, self.units, self.step = kind, units, step
        self.values = values - step * units.within if step and not units.single else values
        self.nulls = nulls
        if nulls is not None:
            self.values = np.where(nulls, 0, self.values)
        self.first: Numbers64 = self.values[units.starts]
        self.first_null: Flags | None = None if nulls is None else nulls[units.starts]
        self.differs = self._differs()

    def _differs(self) -> Flags | None:
        if self.units.single:
            return None
        differs = self.values != self.units.spread(self.first)
        if self.nulls is not None and self.first_null is not None:
            differs |= self.nulls != self.units.spread(self.first_null)
        return differs if differs.any() else None

    def measure(self, blocks: Blocks) -> Measure:
        """Choose a form for each block."""
        constant = self.differs is None
        values, nulls = (self.first, self.first_null) if constant else (self.values, self.nulls)
        starts, items = (blocks.unit_from, blocks.units) if constant else (blocks.row_from, blocks.rows)
        missing = np.zeros(blocks.count, dtype=np.int64)
        low = high = values
        if nulls is not None:
            missing = np.add.reduceat(nulls, starts, dtype=np.int64)
            low, high = np.where(nulls, _LARGEST, values), np.where(nulls, _SMALLEST, values)
        absent = missing == items
        lowest = np.where(absent, 0, np.minimum.reduceat(low, starts))
        highest = np.where(absent, 0, np.maximum.reduceat(high, starts))
        width, base, base_width = self._based(lowest, highest, missing, items)
        place = np.where(width > 0, shapes.UNIT, np.where(absent, shapes.ABSENT, shapes.NOWHERE))
        patches = blocks.sums(self.differs)
        rowwise = patches * shapes.PATCH + blocks.units * width > blocks.rows * width
        rowwise |= (width == shapes.FLAGGED) & (patches > 0)  # a patch has no room for the presence byte
        place = np.where(rowwise & (width > 0), shapes.ROW, place)
        patches = np.where(place == shapes.UNIT, patches, 0)
        none = np.zeros(blocks.count, dtype=np.int64)
        return Measure(
            self.kind, place, width, none, base, base_width, self.nulls is not None, self.effective_step, patches
        )

    @property
    def effective_step(self) -> int:
        """The step; none where every unit has one row."""
        return 0 if self.units.single else self.step

    def _based(
        self, lowest: Numbers64, highest: Numbers64, missing: Counts, items: Counts
    ) -> tuple[Counts, Numbers64, int]:
        """Return widths, bases and the bases' width: distances from a base only where that is smaller."""
        some, none = missing < items, missing == 0

        def widths(tops: Unsigned) -> Counts:
            return np.where(some & ~(none & (tops == 0)), width_of(tops, nulls=self.nulls is not None), 0)

        near = widths(highest.astype(np.uint64) - lowest.astype(np.uint64))
        if lowest.min() >= 0:
            plain = widths(highest.astype(np.uint64))
            base_width = 4 if lowest.max() < 1 << 31 else 8
            if int(plain @ items) <= int(near @ items) + base_width * len(items):
                return plain, np.zeros_like(lowest), 0
        return near, lowest, 4 if lowest.min() >= -(1 << 31) and lowest.max() < 1 << 31 else 8

    def numbers(self, which: NDArray[np.intp], of: Counts, measure: Measure, *, by_row: bool) -> Unsigned:
        """Return the distances of some units or rows from the base of their block `of`; all bits set for None."""
        values, nulls = (self.values, self.nulls) if by_row else (self.first, self.first_null)
        distances: Unsigned = values[which].astype(np.uint64) - measure.base[of].astype(np.uint64)
        if nulls is not None:
            distances[nulls[which]] = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
        return distances

    def differing(self) -> NDArray[np.intp]:
        """Return the rows that are not as their unit's first."""
        return np.flatnonzero(self.differs) if self.differs is not None else np.zeros(0, dtype=np.intp)

    def present(self, which: NDArray[np.intp], *, by_row: bool) -> Flags:
        """Return which of some units or rows are not null."""
        nulls = self.nulls if by_row else self.first_null
        return np.ones(len(which), dtype=bool) if nulls is None else ~nulls[which]


class HashColumn:
    """Hashes of 16 bytes: (rows, 16) bytes, and which are null."""

    def __init__(self, units: Units, values: NDArray[np.uint8], nulls: Flags | None) -> None:
        self.units, self.nulls = units, nulls
        self.values = values if nulls is None else np.where(nulls[:, None], np.uint8(0), values)
        self.differs = self._differs()

    def _differs(self) -> Flags | None:
        if self.units.single:
            return None
        halves = np.ascontiguousarray(self.values).view(np.uint64)
        first = halves[self.units.starts]
        differs: Flags = (halves[:, 0] != self.units.spread(first[:, 0])) | (
            halves[:, 1] != self.units.spread(first[:, 1])
        )
        if self.nulls is not None:
            differs |= self.nulls != self.units.spread(self.nulls[self.units.starts])
        return differs if differs.any() else None

    def measure(self, blocks: Blocks) -> Measure:
        """Choose a form for each block."""
        nulls = blocks.sums(self.nulls)
        rowwise = blocks.sums(self.differs) > 0
        place = np.where(nulls == blocks.rows, shapes.ABSENT, np.where(rowwise, shapes.ROW, shapes.UNIT))
        width = np.where(place == shapes.ABSENT, 0, np.where(nulls > 0, shapes.SUBJECT + 1, shapes.SUBJECT))
        none = np.zeros(blocks.count, dtype=np.int64)
        return Measure("h", place, width, none, none, patches=none)

    def hashes(self, which: NDArray[np.intp], *, by_row: bool) -> tuple[NDArray[np.uint8], Flags]:
        """Return some units' or rows' hashes, (n, 16), and which are there."""
        rows = which if by_row else self.units.starts[which]
        there = np.ones(len(rows), dtype=bool) if self.nulls is None else ~self.nulls[rows]
        return np.ascontiguousarray(self.values[rows]), there


def best_step(kind: str, units: Units, values: Numbers64, nulls: Flags | None) -> int:
    """Return by how much each row of a unit exceeds the one before; 0 where taking that off makes nothing smaller."""
    following = units.within[1:] > 0
    if nulls is not None:
        following &= ~nulls[1:] & ~nulls[:-1]
    if not following.any() or not _may_step(values, nulls):
        return 0
    step = int(np.median(np.diff(values)[following]))
    if step == 0 or abs(step) >= 1 << 31 or (kind == shapes.CODE and step != 1):
        return 0
    trial = Blocks(units, np.arange(0, len(units.starts), 32))
    sizes = []
    for tried in (0, step):
        measure = NumberColumn(kind, units, values, nulls, tried).measure(trial)
        items = np.where(measure.place == shapes.ROW, trial.rows, trial.units)
        sizes.append(int((items * measure.width + measure.patches * shapes.PATCH).sum()))
    return step if sizes[1] < sizes[0] else 0


def _may_step(values: Numbers64, nulls: Flags | None) -> bool:
    known = values if nulls is None else values[~nulls]
    return bool(len(known)) and int(known.min()) > -_STEPS_WITHIN and int(known.max()) < _STEPS_WITHIN


def stepped(step: int, values: Numbers64, nulls: Flags | None) -> int:
    """Return `step`, or 0 where numbers of this batch are too large for it."""
    return step if step and _may_step(values, nulls) else 0
