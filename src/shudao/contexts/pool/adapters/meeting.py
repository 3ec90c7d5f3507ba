"""
Where a delivery's keys meet those of a snapshot: which of its rows are there already, and where these lie.

Both are sorted by subject, so they are compared range by range. Of the snapshot's files, the subjects are read; the key
only of row groups whose statistics say that it may be the delivered one, and there only of delivered subjects.
"""

# ruff: noqa: S608 - the SQL's variable parts are quoted names of the contract

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from shudao.contexts.pool.adapters.datafiles import WORDS
from shudao.contexts.pool.adapters.held import SUBJECT, raw
from shudao.contexts.pool.adapters.keygroups import Extent, Group, KeyGroups
from shudao.contexts.pool.adapters.live import DEAD, Live
from shudao.contexts.pool.adapters.sorting import Words, subjects_of

_CONFIG = {
    "temp_directory": "",
    "memory_limit": "2GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
PLACE = "_place"
_AT_ONCE = 2_000_000
_MOST_RANGES = 256
_FILE, _ROW, _OWN = "_file", "_row", "_own"


@dataclass(frozen=True, slots=True)
class Met:
    """
    What of a delivery is there already.

    Args:
        places: Of the delivery's rows, those whose key is there (`_place`).
        rows: Where the rows with these keys lie (`live.DEAD`).
        known: How many of the delivery's subjects are there, with any key.
        bereft: How many subjects have no row left once `rows` are gone.
    """

    places: NDArray[np.int64]
    rows: pa.Table
    known: int
    bereft: int


class Meeting:
    """
    A snapshot that delivered keys are compared with.

    Args:
        live: The snapshot.
        key: The contract's key without the subject.
    """

    def __init__(self, live: Live, key: Sequence[str]) -> None:
        self._key = list(key)
        self._connection = duckdb.connect(":memory:", config=_CONFIG)
        self._groups = KeyGroups(live, self._key)
        self._ranges = min(_MOST_RANGES, 1 << (self._groups.rows // _AT_ONCE).bit_length())

    def __enter__(self) -> Meeting:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()
        self._groups.close()

    def met(self, keys: pa.Table) -> Met:
        """Compare keys: `_place`, `subject` and the key's columns, as files hold them, ascending by subject."""
        found = [self._compared(some, low, high) for some, low, high in self._parted(keys)]
        none = np.zeros(0, np.int64)
        return Met(
            np.concatenate([none, *(one.places for one in found)]),
            pa.concat_tables([DEAD.empty_table(), *(one.rows for one in found)]),
            sum(one.known for one in found),
            sum(one.bereft for one in found),
        )

    def _parted(self, keys: pa.Table) -> Iterator[tuple[pa.Table, int, int]]:
        """Yield the keys of each range of first bytes that has any, with the range."""
        width = 256 // self._ranges
        firsts = raw(keys)[:, 0]
        for low in range(0, 256, width):
            start, stop = np.searchsorted(firsts, [low, low + width]).tolist()
            if stop > start:
                yield keys.slice(start, stop - start), low, low + width

    def _compared(self, keys: pa.Table, low: int, high: int) -> Met:
        own = _Subjects(keys)
        extents = {name: Extent.of(keys.column(name)) for name in self._key}
        alive = np.zeros(own.count, np.int64)
        there = []
        for group in self._groups.between(low, high):
            places = own.places(group.subjects)
            hit = (places >= 0) & group.live
            if hit.any():
                alive += np.bincount(places[hit], minlength=own.count)
                if group.may_hold(extents):
                    rows = np.flatnonzero(hit)
                    there.append(_with_place(group, rows, places[rows]))
        found = self._same(keys.append_column(_OWN, pa.array(own.of_rows)), there)
        gone = np.bincount(found.column(_OWN).to_numpy(), minlength=own.count)
        return Met(
            found.column(PLACE).to_numpy(),
            self._places_of(found),
            int(np.count_nonzero(alive)),
            int(np.count_nonzero((gone > 0) & (gone == alive))),
        )

    def _same(self, keys: pa.Table, there: list[pa.Table]) -> pa.Table:
        """Join by subject (each a number here) and key."""
        if not there:
            fields = [(PLACE, pa.int64()), (_FILE, pa.int32()), (_ROW, pa.int64()), (_OWN, pa.int64())]
            return pa.schema(fields).empty_table()
        self._connection.register("mine", keys.drop_columns([SUBJECT]))
        self._connection.register("there", pa.concat_tables(there, promote_options="permissive"))
        same = " AND ".join(f"there.{_quoted(name)} = mine.{_quoted(name)}" for name in (_OWN, *self._key))
        sql = f"SELECT mine.{PLACE}, there.{_FILE}, there.{_ROW}, there.{_OWN} FROM there JOIN mine ON {same}"
        return self._connection.sql(sql).to_arrow_table()

    def _places_of(self, found: pa.Table) -> pa.Table:
        numbers = found.column(_FILE).combine_chunks().cast(pa.int32())
        paths = pa.DictionaryArray.from_arrays(numbers, pa.array(self._groups.paths, pa.string())).cast(WORDS)
        return pa.table([paths, found.column(_ROW)], schema=DEAD)


class _Subjects:
    """The different subjects of sorted rows, as numbers in their order; `of_rows` gives each row's."""

    def __init__(self, keys: pa.Table) -> None:
        high, low = subjects_of(keys)
        fresh = np.ones(len(high), np.bool_)
        fresh[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        self.of_rows = np.cumsum(fresh) - 1
        self._high, self._low = high[fresh], low[fresh]
        self.count = len(self._high)
        self._alike = bool((self._high[1:] == self._high[:-1]).any())

    def places(self, subjects: tuple[Words, Words]) -> NDArray[np.int64]:
        """Return which subject each of these is, -1 for none; they ascend too."""
        high, low = subjects
        if self._alike:  # the first eight bytes do not tell them apart
            numbers = {pair: place for place, pair in enumerate(_pairs(self._high, self._low))}
            return np.fromiter((numbers.get(pair, -1) for pair in _pairs(high, low)), np.int64, len(high))
        found = np.minimum(np.searchsorted(self._high, high), self.count - 1)
        return np.where((self._high[found] == high) & (self._low[found] == low), found, -1)


def _pairs(high: Words, low: Words) -> Iterator[tuple[int, int]]:
    return zip(high.tolist(), low.tolist(), strict=True)


def _with_place(group: Group, rows: NDArray[np.int64], own: NDArray[np.int64]) -> pa.Table:
    places = {_FILE: np.full(len(rows), group.file, np.int32), _ROW: group.start + rows, _OWN: own}
    return pa.table(group.keys(rows) | {name: pa.array(column) for name, column in places.items()})


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
