"""
Where a delivery's keys meet those of a snapshot: which of its rows are there already, and where these lie.

Both are sorted by subject, so they are compared range by range; of the snapshot's files, only the row groups of a range
are read, and of these only subject and key.
"""

# ruff: noqa: S608 - the SQL's variable parts are quoted names of the contract

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlglot import exp

from shudao.contexts.pool.adapters.datafiles import bounds
from shudao.contexts.pool.adapters.held import SUBJECT, raw
from shudao.contexts.pool.adapters.live import DEAD, Live, by_file, read_dead

_CONFIG = {
    "temp_directory": "",
    "memory_limit": "2GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
PLACE = "_place"
_AT_ONCE = 2_000_000
_MOST_RANGES = 256


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
        self._live, self._key = live, list(key)
        self._connection = duckdb.connect(":memory:", config=_CONFIG)
        self._files = {path: pq.ParquetFile(live.root / path) for path in live.paths}
        self._dead = by_file(read_dead(live))
        rows = sum(file.metadata.num_rows for file in self._files.values())
        self._ranges = min(_MOST_RANGES, 1 << (rows // _AT_ONCE).bit_length())

    def __enter__(self) -> Meeting:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()
        for file in self._files.values():
            file.close()

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
        self._connection.register("mine", keys)
        self._connection.register("there", self._between(low, high))
        same = " AND ".join(f"there.{_quoted(name)} = mine.{_quoted(name)}" for name in (SUBJECT, *self._key))
        run = self._connection.execute
        run(
            "CREATE OR REPLACE TEMP TABLE found AS "
            f"SELECT mine.{PLACE}, there.path, there.row, there.{SUBJECT} FROM there JOIN mine ON {same}"
        )
        known = run(
            f"SELECT count(*) FROM (SELECT DISTINCT {SUBJECT} FROM mine) AS one SEMI JOIN there USING ({SUBJECT})"
        ).fetchall()
        bereft = run(
            f"SELECT count(*) FROM (SELECT DISTINCT {SUBJECT} FROM found) AS touched ANTI JOIN "
            f"(SELECT {SUBJECT} FROM there ANTI JOIN found USING (path, row)) AS left_ USING ({SUBJECT})"
        ).fetchall()
        found = self._connection.sql(f"SELECT {PLACE}, path, row FROM found").to_arrow_table()
        return Met(
            found.column(PLACE).to_numpy(), found.select(["path", "row"]).cast(DEAD), _number(known), _number(bereft)
        )

    def _between(self, low: int, high: int) -> pa.Table:
        """Return subject, key and place of the live rows whose subjects' first bytes lie in the range."""
        fields = [pa.field(SUBJECT, pa.binary(16)), pa.field("path", pa.string()), pa.field("row", pa.int64())]
        found = []
        for path, file in self._files.items():
            start = 0
            for number in range(file.num_row_groups):
                group = file.metadata.row_group(number)
                first, last = bounds(group)
                if first < high and last >= low:
                    found.append(self._group(path, file, number, start, low, high))
                start += group.num_rows
        if not found:
            extra = [pa.field(name, pa.string()) for name in self._key]
            return pa.schema([*fields, *extra]).empty_table()
        return pa.concat_tables(found, promote_options="permissive")

    def _group(self, path: str, file: pq.ParquetFile, number: int, start: int, low: int, high: int) -> pa.Table:
        table = file.read_row_group(number, columns=[SUBJECT, *self._key])
        table = pa.table([_plain(column) for column in table.columns], table.column_names)
        rows = np.arange(start, start + table.num_rows)
        table = table.append_column("row", pa.array(rows))
        firsts = raw(table)[:, 0]
        wanted = (firsts >= low) & (firsts < high)
        if path in self._dead:
            wanted &= ~np.isin(rows, self._dead[path])
        if not wanted.all():
            table = table.filter(pa.array(wanted))
        return table.append_column("path", pa.repeat(path, table.num_rows))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def _number(rows: list[tuple[object, ...]]) -> int:
    return int(str(rows[0][0]))


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
