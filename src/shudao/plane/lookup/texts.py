"""A batch's text column whose values are too many for a dictionary."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

from shudao.plane.lookup import shapes
from shudao.plane.lookup.columns import Measure, width_of
from shudao.plane.lookup.cuts import Blocks, Counts, Flags, Units


class Area:
    """UTF-8 texts one after another; text i lies from `offsets[i]` to `offsets[i + 1]`, nothing where it is null."""

    def __init__(self, texts: pa.Array) -> None:
        nulls = texts.null_count
        self.nulls: Flags | None = texts.is_null().to_numpy(zero_copy_only=False) if nulls else None
        whole = (texts.fill_null("") if nulls else texts).cast(pa.large_string())
        _, offsets, content = whole.buffers()
        self.offsets: Counts = np.frombuffer(offsets, dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
        self.content = memoryview(content if content is not None else b"")
        self.lengths: Counts = np.diff(self.offsets)


class TextColumn:
    """
    Texts of a batch, in the order of rows.

    Args:
        texts: A string array of as many texts as there are rows.
    """

    def __init__(self, units: Units, texts: pa.Array) -> None:
        self.units = units
        self._texts = texts
        self.rows = Area(texts)
        self.differs = self._differs()

    def _differs(self) -> Flags | None:
        if self.units.single:
            return None
        codes = np.asarray(self._texts.dictionary_encode().indices.fill_null(-1))
        differs = codes != self.units.spread(codes[self.units.starts])
        return differs if differs.any() else None

    @cached_property
    def firsts(self) -> Area:
        """The texts of the units' first rows."""
        return self.rows if self.units.single else Area(self._texts.take(pa.array(self.units.starts)))

    def unit_bytes(self) -> Counts:
        """Return how many bytes each unit's texts take at the least."""
        if self.differs is None:
            return self.firsts.lengths
        return np.where(self.units.sums(self.differs) > 0, self.units.sums(self.rows.lengths), self.firsts.lengths)

    def measure(self, blocks: Blocks) -> Measure:
        """Choose a form for each block. The width of the texts' places is known when all text columns are measured."""
        rowwise = blocks.sums(self.differs) > 0
        nulls = blocks.sums(self.rows.nulls)
        longest = np.where(
            rowwise,
            np.maximum.reduceat(self.rows.lengths, blocks.row_from),
            np.maximum.reduceat(self.firsts.lengths, blocks.unit_from),
        )
        absent = nulls == blocks.rows
        length = np.maximum(width_of(longest.astype(np.uint64), nulls=self.rows.nulls is not None), 1)
        place = np.where(absent, shapes.ABSENT, np.where(rowwise, shapes.ROW, shapes.UNIT))
        none = np.zeros(blocks.count, dtype=np.int64)
        return Measure("t", place, none, np.where(absent, 0, length), none, nulls=self.rows.nulls is not None)

    def sizes(self, blocks: Blocks, measure: Measure) -> Counts:
        """Return the bytes of each block's texts."""
        by_row = blocks.sums(self.rows.lengths)
        by_unit = blocks.sums(self.firsts.lengths, by_row=False)
        return np.where(measure.place == shapes.ROW, by_row, np.where(measure.place == shapes.UNIT, by_unit, 0))

    def content(self, blocks: Blocks, measure: Measure, block: int) -> memoryview:
        """Return the block's texts."""
        place = measure.place[block]
        if place == shapes.ABSENT:
            return memoryview(b"")
        area, starts, counts = (
            (self.rows, blocks.row_from, blocks.rows)
            if place == shapes.ROW
            else (self.firsts, blocks.unit_from, blocks.units)
        )
        first = int(starts[block])
        return area.content[int(area.offsets[first]) : int(area.offsets[first + int(counts[block])])]

    def places(
        self, which: NDArray[np.intp], of: Counts, blocks: Blocks, before: Counts, *, by_row: bool
    ) -> tuple[Counts, Counts]:
        """
        Return starts and lengths of the texts of some units or rows, -1 as the length of None.

        Args:
            of: Their blocks.
            before: For each block, how many bytes of other columns' texts stand before this column's.
        """
        area, firsts = (self.rows, blocks.row_from) if by_row else (self.firsts, blocks.unit_from)
        lengths = area.lengths[which]
        if area.nulls is not None:
            lengths = np.where(area.nulls[which], -1, lengths)
        return area.offsets[which] - area.offsets[firsts[of]] + before[of], lengths
