"""A batch of rows under a certain cut: the forms of its columns in each block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shudao.plane.lookup import shapes
from shudao.plane.lookup.columns import Column
from shudao.plane.lookup.cuts import Blocks, Counts, Units
from shudao.plane.lookup.texts import TextColumn

_MOST_SHAPES = 24  # in one batch; the rarer ones become one that fits all of them


class Layout:
    """
    The forms of a batch's columns in each block of a cut; `groups` are the blocks of one shape each.

    Args:
        columns: At most 255.
    """

    def __init__(self, columns: Sequence[Column], units: Units, blocks: Blocks) -> None:
        self.columns, self.units, self.blocks = columns, units, blocks
        self.measures = [column.measure(blocks) for column in columns]
        self.texts = [(number, column) for number, column in enumerate(columns) if isinstance(column, TextColumn)]
        self._place_texts()
        self.groups = self._group()
        if len(self.groups) > _MOST_SHAPES:
            rare = np.sort(np.concatenate(self.groups[_MOST_SHAPES:]))
            for measure in self.measures:
                measure.lift(rare)
            self._place_texts()
            self.groups = self._group()

    def _place_texts(self) -> None:
        """Find where each column's texts start in a block's texts, and how wide the numbers are that say it."""
        total: Counts = np.zeros(self.blocks.count, dtype=np.int64)
        self.before: dict[int, Counts] = {}
        for number, column in self.texts:
            self.before[number] = total
            total = total + column.sizes(self.blocks, self.measures[number])
        width = np.where(total <= 0xFFFF, 2, 4)
        for number, _ in self.texts:
            measure = self.measures[number]
            measure.width = np.where(measure.place == shapes.ABSENT, 0, width)

    def _group(self) -> list[Counts]:
        """Return the blocks by shape, most frequent shape first."""
        marks = np.stack(
            [part for measure in self.measures for part in (measure.place, measure.width, measure.length)], axis=1
        )
        _, first, of, counts = np.unique(
            marks.astype(np.uint8), axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        by_shape = np.split(np.argsort(of.ravel(), kind="stable"), np.cumsum(counts)[:-1])
        return [by_shape[number] for number in np.lexsort((first, -counts))]

    def densities(self) -> tuple[Counts, Counts, int]:
        """Return bytes a unit and a row for each block, texts and patches apart, and the bytes of a block itself."""
        uneven = 0 if self.units.counts.min() == self.units.counts.max() else 1
        by_unit = np.full(self.blocks.count, shapes.SUBJECT + uneven, dtype=np.int64)
        by_row = np.zeros(self.blocks.count, dtype=np.int64)
        for measure in self.measures:
            by_unit += np.where(measure.place == shapes.UNIT, measure.sizes(), 0)
            by_row += np.where(measure.place == shapes.ROW, measure.sizes(), 0)
        return by_unit, by_row, shapes.HEAD.size + sum(measure.base_width for measure in self.measures)
