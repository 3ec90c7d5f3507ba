"""The keys in a snapshot's files, row group by row group: subjects at once, the rest of the key where it is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.datafiles import bounds
from shudao.contexts.pool.adapters.held import SUBJECT
from shudao.contexts.pool.adapters.live import Live, by_file, read_dead
from shudao.contexts.pool.adapters.sorting import Words, subjects_of


@dataclass(frozen=True, slots=True)
class Extent:
    """The lowest and the highest of a column's values; both None where nothing is known."""

    low: Any = None
    high: Any = None

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Extent:
        """Return the extent of delivered values."""
        try:
            found = pc.min_max(plain(column)).as_py()
        except pa.ArrowNotImplementedError:
            return cls()
        return cls(found["min"], found["max"])

    def may_meet(self, statistics: pq.Statistics | None) -> bool:
        """Whether a column of these statistics may have one of the values."""
        if statistics is None or not statistics.has_min_max or self.low is None:
            return True
        first, last = statistics.min, statistics.max
        if type(first) is not type(self.low):
            return True
        return bool(first <= self.high and self.low <= last)


@dataclass(slots=True)
class Group:
    """
    One row group.

    Args:
        file: The number of its file.
        start: The number of its first row in the file.
        subjects: Its subjects, as `sorting.subjects_of` gives them.
        live: Which of its rows are alive.
    """

    file: int
    start: int
    subjects: tuple[Words, Words]
    live: NDArray[np.bool_] | np.bool_
    _from: pq.ParquetFile
    _number: int
    _key: list[str]

    def may_hold(self, extents: Mapping[str, Extent]) -> bool:
        """Whether a row's key may lie within these extents, by the statistics of every column."""
        group = self._from.metadata.row_group(self._number)
        columns = (group.column(place) for place in range(group.num_columns))
        known = {column.path_in_schema: column.statistics for column in columns}
        return all(extent.may_meet(known.get(name)) for name, extent in extents.items())

    def keys(self, rows: NDArray[np.int64]) -> dict[str, pa.ChunkedArray]:
        """Read the key's columns of some rows."""
        table = self._from.read_row_group(self._number, columns=self._key) if self._key else pa.table({})
        wanted = pa.array(rows)
        return {name: plain(table.column(name)).take(wanted) for name in table.column_names}


class KeyGroups:
    """
    The row groups of a snapshot's files.

    Args:
        live: The snapshot.
        key: The contract's key without the subject.
    """

    def __init__(self, live: Live, key: Sequence[str]) -> None:
        self.paths, self._key = list(live.paths), list(key)
        self._files = [pq.ParquetFile(live.root / path) for path in live.paths]
        # Opened once more, for the thread that reads ahead: an open file is for one thread at a time.
        self._ahead = [pq.ParquetFile(live.root / path) for path in live.paths]
        self._reading = ThreadPoolExecutor(1, "pool-subjects")
        self._bounds = [_bounds(file) for file in self._files]
        self._dead = by_file(read_dead(live))
        self._kept: dict[tuple[int, int], Group] = {}
        self.rows = sum(file.metadata.num_rows for file in self._files)

    def close(self) -> None:
        """Close the files."""
        self._reading.shutdown(cancel_futures=True)
        for file in (*self._files, *self._ahead):
            file.close()

    def between(self, low: int, high: int) -> Iterator[Group]:
        """
        Yield the groups in which there may be subjects with a first byte from `low` up to, not including, `high`.

        Their subjects are read ahead while the caller looks at those before.
        """
        before, self._kept = self._kept, {}
        wanted = [
            (number, place, start, last)
            for number, groups in enumerate(self._bounds)
            for place, (start, first, last) in enumerate(groups)
            if first < high and last >= low
        ]
        coming = [
            before.get((number, place)) or self._reading.submit(self._read, number, place, start)
            for number, place, start, _ in wanted
        ]
        for (number, place, _, last), one in zip(wanted, coming, strict=True):
            group = one if isinstance(one, Group) else one.result()
            if last >= high:  # the next range wants it too
                self._kept[number, place] = group
            yield group

    def _read(self, number: int, place: int, start: int) -> Group:
        subjects = subjects_of(self._ahead[number].read_row_group(place, columns=[SUBJECT]))
        alive: NDArray[np.bool_] | np.bool_ = np.True_
        dead = self._dead.get(self.paths[number])
        if dead is not None:
            alive = np.ones(len(subjects[0]), np.bool_)
            some = dead[np.searchsorted(dead, start) : np.searchsorted(dead, start + len(alive))]
            alive[some - start] = False
        return Group(number, start, subjects, alive, self._files[number], place, self._key)


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return words in place of their numbers."""
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def _bounds(file: pq.ParquetFile) -> list[tuple[int, int, int]]:
    """Return first row, lowest and highest first byte of every row group."""
    found, start = [], 0
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        found.append((start, *bounds(group)))
        start += group.num_rows
    return found
