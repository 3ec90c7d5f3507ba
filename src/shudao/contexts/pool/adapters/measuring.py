"""
Measure a delivery in its own files, where what names somebody is sealed: counts, means, shares; never a person's value.

The SQL's variable parts are quoted names and expressions that sqlglot prints.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from shudao.contexts.pool.contracts.datasets import (
    Column,
    ColumnType,
    DatasetContract,
    Identifier,
    Rule,
)
from shudao.contexts.pool.rules import set_rules, terms
from shudao.contexts.pool.rules.delivery import ColumnMeasure

DIALECT = "duckdb"
_MOST_SHARES = 60
_NUMBERS = (ColumnType.INTEGER, ColumnType.DECIMAL)
_CONFIG = {"temp_directory": "", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Measured:
    """The good rows of a delivery, as they lie in its files."""

    def __init__(self, contract: DatasetContract, files: Sequence[Path]) -> None:
        self._contract, self._files = contract, [str(path) for path in files]
        self._connection = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": "2GB"})

    def __enter__(self) -> Measured:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def _one(self, chosen: str, rest: str = "") -> tuple[object, ...]:
        sql = f"SELECT {chosen} FROM read_parquet($files) {rest}"
        row = self._connection.execute(sql, {"files": self._files}).fetchone()
        return tuple(row or ())

    def columns(self) -> Iterator[ColumnMeasure]:
        """Yield what every column that lies open looks like; nothing where there is no file."""
        if not self._files:
            return
        for column in self._contract.columns:
            if not column.identifying and column.name != self._contract.subject:
                yield self._column(column)

    def _column(self, column: Column) -> ColumnMeasure:
        name = terms.column(column.name).sql(DIALECT)
        number = _numeric(column)
        figures = f"avg({number}), stddev_pop({number})" if number else "NULL, NULL"
        rows, filled, mean, deviation = self._one(f"count(*), count({name}), {figures}")
        shares = self._shares(name) if column.kind is ColumnType.CODE and column.sensitivity < 4 else {}
        return ColumnMeasure(column.name, int(str(rows)), int(str(filled)), _float(mean), _float(deviation), shares)

    def _shares(self, name: str) -> dict[str, float]:
        """The shares of a code column's values, where they are few enough to be codes."""
        counted = self._connection.execute(
            f"SELECT {name}, count(*) FROM read_parquet($files) WHERE {name} IS NOT NULL GROUP BY 1 "
            f"ORDER BY 2 DESC, 1 LIMIT {_MOST_SHARES + 1}",
            {"files": self._files},
        ).fetchall()
        if len(counted) > _MOST_SHARES:
            return {}
        total = sum(count for _, count in counted)
        return {value: count / total for value, count in counted}

    def figure(self, rule: Rule) -> float | None:
        """Return an aggregate rule's figure, None where there is nothing to reckon it from."""
        if not self._files:
            return 0.0 if rule.measure == "rows" else None
        if rule.measure == "rows":
            return _float(self._one("count(*)")[0])
        column = self._contract.column(rule.columns[0])
        name = terms.column("subject" if column.name == self._contract.subject else column.name)
        if rule.measure == "nulls":
            return _float(self._one(f"1 - count({name.sql(DIALECT)}) / greatest(count(*), 1)")[0])
        if rule.measure == "share":
            listed = name.isin(*rule.values).sql(DIALECT)
            return _float(self._one(f"count(*) FILTER ({listed}) / nullif(count({name.sql(DIALECT)}), 0)")[0])
        value = name if rule.measure == "distinct" else terms.cast(name, column.kind)
        return _float(self._one(set_rules.aggregate(rule.measure, value).sql(DIALECT))[0])


def _numeric(column: Column) -> str:
    """How the column is read as a number: days since 1970 for dates; "" where it is none."""
    if column.identifier is not Identifier.NONE:
        return ""
    name = terms.column(column.name).sql(DIALECT)
    if column.kind is ColumnType.DATE:
        return f"date_diff('day', DATE '1970-01-01', {name})"
    return terms.cast(terms.column(column.name), column.kind).sql(DIALECT) if column.kind in _NUMBERS else ""


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
