"""Ten thousand random tables: the SQL says of every row what the same rules say when written out slowly."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from shudao.contexts.pool.rules import contract, judging
from tests.contexts.pool.rules import tables
from tests.contexts.pool.rules.oracle import Oracle

# All of them with SHUDAO_TABLES=10000; by default as many as a minute allows.
TABLES = int(os.environ.get("SHUDAO_TABLES", "600"))
PER_CONTRACT = 50
_OTHER = pa.schema([("_subject", pa.string()), ("code", pa.string()), ("day", pa.date32()), ("size", pa.int64())])


class Engine:
    """DuckDB with a stand-in for the keyed hash: the identifier itself."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": "1"})
        self.connection.execute("CREATE MACRO subject_hash(value) AS value")

    def judge(
        self, made: Any, sql: str, counting: str, rows: list[tuple[str | None, ...]], other: list[dict[str, Any]]
    ) -> tuple[list[list[str]], list[int]]:
        """Return every row's reasons and, for each rule, how many rows it judged."""
        names = [judging.LINE, *(column.name for column in made.columns)]
        columns = [pa.array(range(1, len(rows) + 1), pa.int64())]
        columns += [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
        theirs = [{**row, "_subject": row["subject"]} for row in other]
        self.connection.register("source", pa.table(columns, names))
        self.connection.register(
            "pool_other", pa.Table.from_pylist(theirs, pa.schema([*_OTHER, ("subject", pa.string())]))
        )
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS {sql}")
        found = self.connection.execute(f"SELECT {judging.REASONS} FROM staged ORDER BY {judging.LINE}").fetchall()  # noqa: S608
        counted = self.connection.execute(counting).fetchall()[0]
        return [reasons for (reasons,) in found], list(counted)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize("seed", range(max(1, TABLES // PER_CONTRACT)))
def test_the_query_agrees_with_the_rules_written_out(engine: Engine, seed: int) -> None:
    draw = Random(f"tables {seed}")
    kinds = [*draw.sample(tables.KINDS, 7), draw.choice(tables.KINDS)]
    made = contract.read(tables.contract(draw, kinds))
    allowed = draw.random() < 0.8
    sql = judging.staged(made, today=tables.TODAY, dialect="duckdb", test_numbers=allowed)
    counting = judging.elements(made, dialect="duckdb", today=tables.TODAY)
    for _ in range(PER_CONTRACT):
        rows, other = tables.rows(draw), tables.other(draw)
        oracle = Oracle(made, tables.TODAY, other, test_numbers=allowed)
        reasons, counted = engine.judge(made, sql, counting, rows, other)
        assert reasons == oracle.judge(rows), rows
        assert counted == oracle.judged(rows), rows


def test_every_kind_of_rule_that_judges_rows_is_among_the_random_ones() -> None:
    drawn = Random(1)
    made = contract.read(tables.contract(drawn, list(tables.KINDS)))
    judged = {rule.kind for rule in (*judging.row_rules_of(made), *judging.set_rules_of(made))}
    assert {kind.value for kind in judged} == set(tables.KINDS)
