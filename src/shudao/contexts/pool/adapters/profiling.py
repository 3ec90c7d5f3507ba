"""
Look at a delivery: a sample of its first rows as text, counted in DuckDB.

The SQL's variable parts are quoted names and expressions that sqlglot prints.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from shudao.contexts.pool.adapters import sources
from shudao.contexts.pool.contracts.datasets import (
    ColumnType,
    DatasetContract,
)
from shudao.contexts.pool.rules import check_digits, profiling, terms
from shudao.contexts.pool.rules.profiling import ColumnFacts, Facts
from shudao.kernel.texts import Text

_SAMPLE = 1_000_000
_MOST_VALUES = 30
_TYPES = {
    "dates": ColumnType.DATE,
    "moments": ColumnType.MOMENT,
    "integers": ColumnType.INTEGER,
    "decimals": ColumnType.DECIMAL,
}


_NOTHING = DatasetContract("", Text("", ""), 0, "", "", (), "", "7", 1, (), ())


class Looked:
    """A delivery's first rows, held in memory."""

    def __init__(self, source: Path, today: date) -> None:
        self.names, self._today = sources.header(source), today
        config = {"temp_directory": "", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self._connection = duckdb.connect(":memory:", config={**config, "memory_limit": "3GB"})
        opened = sources.open_source(source, self.names)
        self._connection.register("source", _first(opened.batches))
        trimmed = ", ".join(f"nullif(trim({_n(name)}), '') AS {_n(name)}" for name in self.names)
        self._connection.execute(f"CREATE TABLE looked AS SELECT {trimmed} FROM source")

    def __enter__(self) -> Looked:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def facts(self) -> Facts:
        """Return what the rows look like."""
        columns = tuple(self._column(name) for name in self.names)
        by_name = {one.name: one for one in columns}
        dates = [one.name for one in columns if one.kind == "date"]
        residents = [one.name for one in columns if one.identifier == "resident"]
        return Facts(
            columns,
            keys=tuple(self._keys(columns)),
            dependencies=dict(self._dependencies(profiling.worth_comparing(columns))),
            orders=dict(self._orders(dates)),
            derived=dict(self._derived(residents, dates, by_name)),
        )

    def _column(self, name: str) -> ColumnFacts:
        value = terms.column(name)
        counts = {key: f"count({terms.strictly(value, kind).sql('duckdb')})" for key, kind in _TYPES.items()}
        quick = "count(*), count(v), count(DISTINCT v), coalesce(min(length(v)), 0), coalesce(max(length(v)), 0)"
        typed = ", ".join(f"{sql} AS {key}" for key, sql in counts.items())
        row = self._all(
            f"SELECT {quick.replace('(v)', f'({_n(name)})').replace('DISTINCT v', f'DISTINCT {_n(name)}')}, "
            f"{typed} FROM looked"
        )[0]
        rows, filled, distinct, shortest, longest, *kinds = row
        found = dict(zip(counts, kinds, strict=True))
        right = self._identifiers(name) if shortest <= 18 <= longest else {}
        return ColumnFacts(
            name,
            rows,
            filled,
            distinct,
            shortest,
            longest,
            **found,
            **right,
            shapes=tuple(self._shapes(name)),
            values=tuple(self._values(name)) if distinct <= _MOST_VALUES and not right.get("residents") else (),
            **self._ends(name, found, filled),
        )

    def _identifiers(self, name: str) -> dict[str, int]:
        scope = terms.Scope(_NOTHING, self._today)
        rows = exp.select(exp.alias_(exp.Upper(this=terms.column(name)), name, quoted=True)).from_("looked")
        numbered = check_digits.numbered(rows, [name]).sql("duckdb")
        found = self._all(
            f"SELECT count(*) FILTER ({check_digits.resident(scope, name).sql('duckdb')}), "
            f"count(*) FILTER ({check_digits.credit(scope, name).sql('duckdb')}) FROM ({numbered})"
        )
        return dict(zip(("residents", "companies"), found[0], strict=True))

    def _shapes(self, name: str) -> Iterator[tuple[str, int]]:
        """Digits as 9, letters as A and a, Han as 汉."""
        shape = _n(name)
        for pattern, sign in (("[0-9]", "9"), ("[A-Z]", "A"), ("[a-z]", "a"), (r"\p{Han}", "汉")):
            shape = f"regexp_replace({shape}, '{pattern}', '{sign}', 'g')"
        sql = (
            f"SELECT {shape} AS shape, count(*) FROM looked WHERE {_n(name)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        yield from ((str(shape), int(count)) for shape, count in self._all(f"{sql} LIMIT 20"))

    def _values(self, name: str) -> Iterator[tuple[str, int]]:
        sql = f"SELECT {_n(name)}, count(*) FROM looked WHERE {_n(name)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        yield from ((str(value), int(count)) for value, count in self._all(sql))

    def _ends(self, name: str, counts: dict[str, int], filled: int) -> dict[str, str]:
        """The lowest and highest of the type that nearly all have, without the thousandth at either end."""
        for key in ("dates", "integers"):
            if filled and counts[key] >= filled * profiling.NEARLY_ALL:
                value = terms.strictly(terms.column(name), _TYPES[key]).sql("duckdb")
                ends = f"quantile_disc({value}, [0.001, 0.999])"
                found = self._all(f"SELECT ({ends})[1]::VARCHAR, ({ends})[2]::VARCHAR FROM looked")[0]
                past = key == "dates" and found[1] <= self._today.isoformat()
                return {"lowest": found[0], "highest": "today" if past else found[1]}
        return {}

    def _keys(self, columns: Sequence[ColumnFacts]) -> Iterator[tuple[str, ...]]:
        """Columns, or pairs of them, of which (nearly) every row has its own; candidates have hardly a gap."""
        full = [one for one in columns if one.rows and one.filled >= one.rows * profiling.NEARLY_ALL]
        single = [one for one in full if one.distinct >= one.filled * profiling.NEARLY_ALL]
        yield from ((one.name,) for one in single)
        if single:
            return
        for one, other in combinations(full[:12], 2):
            if one.distinct * other.distinct >= one.rows:
                sql = f"SELECT count(DISTINCT ({_n(one.name)}, {_n(other.name)})) FROM looked"
                if self._all(sql)[0][0] >= one.rows * profiling.NEARLY_ALL:
                    yield one.name, other.name

    def _dependencies(self, names: Sequence[str]) -> Iterator[tuple[tuple[str, str], float]]:
        """For each pair the share of rows that say what most rows of their group say."""
        for one, other in permutations(names, 2):
            sql = (
                f"SELECT sum(m), sum(s), count(*) FROM (SELECT max(n) AS m, sum(n) AS s FROM (SELECT {_n(one)} AS a, "
                f"{_n(other)} AS b, count(*) AS n FROM looked WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY 1, 2) "
                "GROUP BY a)"
            )
            agreeing, rows, groups = self._all(sql)[0]
            # Where groups are as many as rows, agreeing says nothing.
            telling = rows and groups > 1 and rows >= groups * 3 and agreeing >= rows * profiling.NEARLY_ALL
            if telling and not self._constant(other):
                yield (one, other), float(agreeing) / float(rows)

    def _constant(self, name: str) -> bool:
        """One value has nearly all rows: anything seems to decide it."""
        sql = f"SELECT max(n), sum(n) FROM (SELECT count({_n(name)}) AS n FROM looked GROUP BY {_n(name)})"
        most, rows = self._all(sql)[0]
        return not rows or most >= rows * 0.9

    def _orders(self, dates: Sequence[str]) -> Iterator[tuple[tuple[str, str], float]]:
        for one, other in permutations(dates, 2):
            first, second = (terms.cast(terms.column(name), ColumnType.DATE).sql("duckdb") for name in (one, other))
            sql = f"SELECT count(*) FILTER ({first} <= {second}), count({first} <= {second}), "
            right, both, apart = self._all(f"{sql} count(*) FILTER ({first} < {second}) FROM looked")[0]
            if both >= 30 and apart >= both * 0.1 and right >= both * profiling.NEARLY_ALL:
                yield (one, other), right / both

    def _derived(
        self, residents: Sequence[str], dates: Sequence[str], columns: dict[str, ColumnFacts]
    ) -> Iterator[tuple[tuple[str, str, str], float]]:
        sexes = [one.name for one in columns.values() if {value for value, _ in one.values} & {"男", "女"}]
        for number in residents:
            for day in dates:
                hit = f"replace({_n(day)}, '-', '') = substring({_n(number)}, 7, 8)"
                yield (day, number, "birth_date"), self._share(hit)
            for sex in sexes:
                digit = f"TRY_CAST(substring({_n(number)}, 17, 1) AS INTEGER) % 2"
                hit = f"CASE {_n(sex)} WHEN '男' THEN {digit} = 1 WHEN '女' THEN {digit} = 0 END"
                yield (sex, number, "sex"), self._share(hit)

    def _share(self, statement: str) -> float:
        hits, judged = self._all(f"SELECT count(*) FILTER ({statement}), count({statement}) FROM looked")[0]
        return hits / judged if judged else 0.0


def _first(batches: pa.RecordBatchReader) -> pa.Table:
    kept, rows = [], 0
    for batch in batches:
        kept.append(batch)
        rows += batch.num_rows
        if rows >= _SAMPLE:
            break
    return pa.Table.from_batches(kept, batches.schema)


def _n(name: str) -> str:
    return terms.column(name).sql("duckdb")
