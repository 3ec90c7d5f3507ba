"""Real tables with planted errors: what is found (recall), and that nothing else is (precision)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from shudao.contexts.pool.rules import contract, judging
from tests.contexts.pool.rules.real_tables import Table, counties, time_zones

EACH = 5


def found(table: Table, known: list[str]) -> set[tuple[int, str]]:
    """Return every (row, rule) that the query names."""
    made = contract.read(table.contract())
    names = [column.name for column in made.columns]
    connection = duckdb.connect(":memory:")
    columns = {name: pa.array([row[name] for row in table.rows], pa.string()) for name in names}
    connection.register("source", pa.table({judging.LINE: pa.array(range(len(table.rows)), pa.int64()), **columns}))
    connection.register("pool_other", pa.table({"code": known}))
    sql = judging.staged(made, today=date(2026, 11, 24), dialect="duckdb")
    rows = connection.execute(f"SELECT {judging.LINE}, unnest({judging.REASONS}) FROM ({sql})").fetchall()  # noqa: S608
    return set(rows)


@pytest.mark.parametrize("make", [time_zones, counties])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_planted_error_is_found_and_nothing_else(make: Callable[[], Table], seed: int) -> None:
    table = make()
    zones = [row.get("zone", "") for row in table.rows]
    real = found(table, zones)
    # What is wrong in the real tables themselves is known: nothing planted, and nothing counted against the rules.
    wrong = {place for place, _ in real}
    table.rows = [row for place, row in enumerate(table.rows) if place not in wrong]
    assert len(wrong) <= len(table.rows) * 0.01
    assert found(table, zones) == set()
    table.plant(seed, EACH)
    named = found(table, zones)
    rows, planted_rows = {place for place, _ in named}, {place for place, _ in table.planted}
    precision, recall = len(rows & planted_rows) / len(rows), len(rows & planted_rows) / len(planted_rows)
    missed = table.planted - named
    print(f"{make.__name__} {seed}: {len(table.rows)} rows, {len(table.planted)} errors, {len(table.plants)} kinds")
    print(f"precision {precision:.4f}, recall {recall:.4f}, rule named {1 - len(missed) / len(table.planted):.4f}")
    assert missed == set()
    assert rows == planted_rows
