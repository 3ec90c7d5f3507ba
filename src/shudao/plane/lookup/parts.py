"""From a layout to the bytes of its blocks, in the order that `shapes` gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shudao.plane.lookup import shapes
from shudao.plane.lookup.columns import HashColumn, Measure, NumberColumn
from shudao.plane.lookup.cuts import Counts, Flags
from shudao.plane.lookup.layouts import Layout
from shudao.plane.lookup.texts import TextColumn

ShapeNumber = Callable[[list[shapes.Form]], int]
Which = NDArray[np.intp]
Records = NDArray[np.void]

_UNSIGNED = {1: "u1", 2: "<u2", 4: "<u4", 8: "<u8"}
_SIGNED = {4: "<i4", 8: "<i8"}
_HEAD = np.dtype(
    [("shape", "<u2"), ("units", "<u2"), ("rows", "<u2"), ("patches", "<u4"), ("pieces", "<u2"), ("flags", "u1")]
)
_PATCH = [("row", "<u2"), ("column", "u1"), ("value", "<u8")]


class Parts:
    """
    The bytes of each block of `layout`, but for the previous block's key, which comes first.

    Args:
        subjects: (units, 16) bytes.
        pieces: For each unit, of how many pieces its subject consists.
        number: Gives a shape's number in the layer.
    """

    def __init__(self, layout: Layout, subjects: NDArray[np.uint8], pieces: Counts, number: ShapeNumber) -> None:
        self._layout, self._blocks = layout, layout.blocks
        self._all = np.arange(self._blocks.count)
        self.blocks: list[list[bytes | memoryview]] = [[] for _ in self._all]
        shape_of = np.zeros(self._blocks.count, dtype=np.int64)
        for members in layout.groups:
            shape_of[members] = number([measure.form(int(members[0])) for measure in layout.measures])
        uneven = self._uneven()
        patches, of_patch, wide = self._patches()
        patched = np.bincount(of_patch, minlength=self._blocks.count)
        self._add_heads(shape_of, pieces, uneven, patched, wide)
        self._add_bases()
        self._add(self._all, subjects.tobytes(), self._blocks.units * shapes.SUBJECT)
        counts = layout.units.counts[uneven[self._blocks.of_unit]].astype(np.uint8)
        self._add(np.flatnonzero(uneven), counts.tobytes(), self._blocks.units)
        for members in layout.groups:
            self._add_records(members)
        for column_number in range(len(layout.columns)):
            self._add_rows(column_number)
        self._add_patches(patches, of_patch, wide)
        self._add_texts()

    def _add(self, members: Counts, content: bytes, sizes: Counts) -> None:
        """Hand out `content` to the blocks `members`; `sizes` has one element for each block."""
        view, start = memoryview(content), 0
        for block, end in zip(members.tolist(), np.cumsum(sizes[members]).tolist(), strict=True):
            self.blocks[block].append(view[start:end])
            start = end

    def _uneven(self) -> Flags:
        counts, starts = self._layout.units.counts, self._blocks.unit_from
        uneven: Flags = np.minimum.reduceat(counts, starts) != np.maximum.reduceat(counts, starts)
        return uneven

    def _add_heads(self, shape_of: Counts, pieces: Counts, uneven: Flags, patched: Counts, wide: Flags) -> None:
        heads = np.zeros(self._blocks.count, dtype=_HEAD)
        heads["shape"], heads["units"], heads["rows"] = shape_of, self._blocks.units, self._blocks.rows
        heads["patches"], heads["pieces"] = patched, pieces[self._blocks.unit_from]
        heads["flags"] = uneven * shapes.UNEVEN + wide * shapes.WIDE
        self._add(self._all, heads.tobytes(), np.full(self._blocks.count, _HEAD.itemsize))

    def _add_bases(self) -> None:
        based = [(measure, f"{number}") for number, measure in enumerate(self._layout.measures) if measure.base_width]
        bases = np.zeros(self._blocks.count, dtype=[(name, _SIGNED[measure.base_width]) for measure, name in based])
        for measure, name in based:
            bases[name] = measure.base
        self._add(self._all, bases.tobytes(), np.full(self._blocks.count, bases.itemsize))

    def _add_records(self, members: Counts) -> None:
        """Add the records of the units of blocks of one shape."""
        example = int(members[0])
        chosen = [
            number for number, measure in enumerate(self._layout.measures) if measure.place[example] == shapes.UNIT
        ]
        which = np.flatnonzero(self._mask(members)[self._blocks.of_unit])
        of = self._blocks.of_unit[which]
        kinds = [kind for number in chosen for kind in _kinds(self._layout.measures[number], example)]
        records: Records = np.zeros(len(which), dtype=[(f"{number}", kind) for number, kind in enumerate(kinds)])
        names = iter(records.dtype.names or ())
        for number in chosen:
            for values in self._values(number, example, which, of, by_row=False):
                records[next(names)] = values
        self._add(members, records.tobytes(), self._blocks.units * records.itemsize)

    def _add_rows(self, number: int) -> None:
        """Add a column's values of all rows, where it stands so."""
        measure = self._layout.measures[number]
        rowwise = np.flatnonzero(measure.place == shapes.ROW)
        sizes = measure.width[rowwise] * 16 + measure.length[rowwise]
        for size in np.unique(sizes).tolist():
            members = rowwise[sizes == size]
            which = np.flatnonzero(self._mask(members)[self._blocks.of_row])
            of, example = self._blocks.of_row[which], int(members[0])
            parts = self._values(number, example, which, of, by_row=True)
            for kind, values in zip(_kinds(measure, example), parts, strict=True):
                typed = values.astype(kind, copy=False)
                self._add(members, typed.tobytes(), self._blocks.rows * typed.itemsize)

    def _mask(self, members: Counts) -> Flags:
        mask = np.zeros(self._blocks.count, dtype=bool)
        mask[members] = True
        return mask

    def _values(self, number: int, block: int, which: Which, of: Counts, *, by_row: bool) -> list[NDArray[np.generic]]:
        """Return a column's values for some units or rows, in the parts that its form in `block` has."""
        column, measure = self._layout.columns[number], self._layout.measures[number]
        if isinstance(column, TextColumn):
            starts, lengths = column.places(which, of, self._blocks, self._layout.before[number], by_row=by_row)
            return [starts, lengths.astype(np.uint64)]
        if isinstance(column, HashColumn):
            hashes, there = column.hashes(which, by_row=by_row)
            whole: NDArray[np.generic] = hashes.view("V16").ravel()
            return [whole] if measure.width[block] == shapes.SUBJECT else [there, whole]
        if not isinstance(column, NumberColumn):
            raise TypeError(type(column).__name__)
        numbers = column.numbers(which, of, measure, by_row=by_row)
        flagged = measure.width[block] == shapes.FLAGGED
        return [column.present(which, by_row=by_row), numbers] if flagged else [numbers]

    def _patches(self) -> tuple[Records, Counts, Flags]:
        """Return the patches in the order of blocks and rows, their blocks, and which blocks need wide ones."""
        wide = np.zeros(self._blocks.count, dtype=bool)
        found = [
            (number, column, measure, self._patched(column, measure))
            for number, (column, measure) in enumerate(zip(self._layout.columns, self._layout.measures, strict=True))
            if isinstance(column, NumberColumn) and column.differs is not None and measure.patches.any()
        ]
        patches = np.zeros(sum(len(rows) for *_, rows in found), dtype=_PATCH)
        at = np.zeros(len(patches), dtype=np.int64)
        end = 0
        for number, column, measure, rows in found:
            start, end = end, end + len(rows)
            of = self._blocks.of_row[rows]
            at[start:end] = rows
            patches["row"][start:end] = rows - self._blocks.row_from[of]
            patches["column"][start:end] = number
            patches["value"][start:end] = column.numbers(rows, of, measure, by_row=True)
            wide |= (measure.patches > 0) & (measure.width == 8)
        order = np.argsort(at, kind="stable")
        return patches[order], self._blocks.of_row[at[order]], wide

    def _patched(self, column: NumberColumn, measure: Measure) -> Which:
        """Return the column's rows that differ from their unit, in blocks where the column stands by unit."""
        rows = column.differing()
        found: Which = rows[measure.place[self._blocks.of_row[rows]] == shapes.UNIT]
        return found

    def _add_patches(self, patches: Records, of: Counts, wide: Flags) -> None:
        for broad, width in ((False, 4), (True, 8)):
            chosen = wide[of] == broad
            counts = np.bincount(of[chosen], minlength=self._blocks.count)
            members = np.flatnonzero(counts)
            marks = self._marks(patches["row"][chosen] + self._blocks.row_from[of[chosen]], members)
            ends = np.cumsum(counts[members]).tolist()
            rows, columns = patches["row"][chosen].tobytes(), patches["column"][chosen].tobytes()
            values = patches["value"][chosen].astype(_UNSIGNED[width]).tobytes()
            for block, start, end, mark in zip(members.tolist(), [0, *ends], ends, marks, strict=False):
                self.blocks[block] += (
                    mark,
                    rows[2 * start : 2 * end],
                    columns[start:end],
                    values[width * start : width * end],
                )

    def _marks(self, rows: Counts, members: Counts) -> list[bytes]:
        """Return, for each block of `members`, one bit a unit: whether one of its rows is among `rows`."""
        units = self._layout.units
        patched = np.zeros(len(units.starts), dtype=bool)
        patched[np.searchsorted(units.starts, rows, side="right") - 1] = True
        starts, ends = self._blocks.unit_from[members], (self._blocks.unit_from + self._blocks.units)[members]
        return [
            np.packbits(patched[start:end], bitorder="little").tobytes()
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _add_texts(self) -> None:
        for number, column in self._layout.texts:
            measure = self._layout.measures[number]
            for block in range(self._blocks.count):
                self.blocks[block].append(column.content(self._blocks, measure, block))


def _kinds(measure: Measure, block: int) -> list[str]:
    """Return the parts of a column's value in `block`: as shapes.Form.packed says them for struct."""
    width, length = int(measure.width[block]), int(measure.length[block])
    if measure.kind == "t":
        return [_UNSIGNED[width], _UNSIGNED[length]]
    if measure.kind == "h":
        return ["V16"] if width == shapes.SUBJECT else ["?", "V16"]
    return ["?", "<u8"] if width == shapes.FLAGGED else [_UNSIGNED[width]]
