"""A batch of rows, cut into blocks of which two fill a page of the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shudao.plane.lookup import shapes
from shudao.plane.lookup.columns import Column
from shudao.plane.lookup.cuts import Blocks, Counts, Units
from shudao.plane.lookup.layouts import Layout
from shudao.plane.lookup.texts import TextColumn

Subjects = NDArray[np.uint8]

_MOST_UNITS, _MOST_ROWS = 4_000, 60_000  # a block's head counts them in two bytes


class Batch:
    """
    Rows that are laid out together.

    Args:
        subjects: (units, 16) bytes, ascending; the pieces of one subject follow one another.
        pieces: For each unit, of how many pieces its subject consists; above 1 a unit is a block of its own, as
            is one whose rows a byte cannot count.
    """

    def __init__(self, units: Units, subjects: Subjects, pieces: Counts, columns: Sequence[Column]) -> None:
        self.units, self.subjects, self.pieces, self.columns = units, subjects, pieces, columns
        self._text_bytes: Counts = np.zeros(len(units.starts), dtype=np.int64)
        for column in columns:
            if isinstance(column, TextColumn):
                self._text_bytes = self._text_bytes + column.unit_bytes()

    def cut(self, guess: int) -> Blocks:
        """Return blocks that just fill a page each. `guess`: units a block, roughly."""
        edges = np.arange(0, len(self.units.starts), max(1, guess))
        trial = Layout(self.columns, self.units, Blocks(self.units, edges))
        unit_bytes, row_bytes, fixed = trial.densities()
        of = trial.blocks.of_unit
        sizes = unit_bytes[of] + row_bytes[of] * self.units.counts + self._text_bytes + 1 / 8
        for column, measure in zip(self.columns, trial.measures, strict=True):
            if column.differs is not None and measure.patches.any():
                sizes += np.where(measure.place[of] == shapes.UNIT, self.units.sums(column.differs) * shapes.PATCH, 0)
        return Blocks(self.units, self._edges(np.cumsum(sizes), shapes.LIMIT - fixed - 1))

    def _edges(self, sums: NDArray[np.float64], limit: int) -> Counts:
        totals, rows = sums.tolist(), np.cumsum(self.units.counts).tolist()
        alone = np.flatnonzero((self.pieces > 1) | (self.units.counts > shapes.MOST_COUNTED)).tolist()
        edges, first, end, next_alone = [], 0, len(totals), 0
        while first < end:
            edges.append(first)
            size, before = (totals[first - 1], rows[first - 1]) if first else (0, 0)
            following = min(bisect_right(totals, size + limit, first), first + _MOST_UNITS)
            following = max(first + 1, min(following, bisect_right(rows, before + _MOST_ROWS, first)))
            while next_alone < len(alone) and alone[next_alone] < first:
                next_alone += 1
            if next_alone < len(alone):
                following = min(following, max(first + 1, alone[next_alone]))
                following = first + 1 if alone[next_alone] == first else following
            first = following
        return np.array(edges, dtype=np.int64)
