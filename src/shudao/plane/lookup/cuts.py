"""Where rows are cut: into units (a subject, or a piece of one), units into blocks."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Units:
    """The units of a batch of rows: unit u holds the rows from `starts[u]`, `counts[u]` of them."""

    def __init__(self, starts: Counts, rows: int) -> None:
        self.starts = starts
        self.rows = rows
        self.counts: Counts = np.diff(starts, append=rows)
        self.single = rows == len(starts)

    def spread(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a value a row of a value a unit."""
        return values if self.single else np.repeat(values, self.counts)

    @cached_property
    def within(self) -> Counts:
        """How many rows of its unit stand before each row."""
        return np.arange(self.rows, dtype=np.int64) - np.repeat(self.starts, self.counts)

    def sums(self, values: NDArray[np.generic] | None) -> Counts:
        """Return the sum of a value a row for each unit."""
        if values is None:
            return np.zeros(len(self.starts), dtype=np.int64)
        return np.add.reduceat(values, self.starts, dtype=np.int64)


class Blocks:
    """Blocks of consecutive units: block b begins at unit `unit_from[b]` and at row `row_from[b]`."""

    def __init__(self, units: Units, unit_from: Counts) -> None:
        self.unit_from = unit_from
        self.row_from: Counts = units.starts[unit_from]
        self.units: Counts = np.diff(unit_from, append=len(units.starts))
        self.rows: Counts = np.diff(self.row_from, append=units.rows)
        self.count = len(unit_from)

    @cached_property
    def of_unit(self) -> Counts:
        """The block of each unit."""
        return np.repeat(np.arange(self.count), self.units)

    @cached_property
    def of_row(self) -> Counts:
        """The block of each row."""
        return np.repeat(np.arange(self.count), self.rows)

    def sums(self, values: NDArray[np.generic] | None, *, by_row: bool = True) -> Counts:
        """Return the sum for each block of a value a row (or a unit)."""
        if values is None:
            return np.zeros(self.count, dtype=np.int64)
        return np.add.reduceat(values, self.row_from if by_row else self.unit_from, dtype=np.int64)
