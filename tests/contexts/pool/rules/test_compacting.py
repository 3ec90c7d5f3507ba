"""When files are merged, and when they may be."""

from __future__ import annotations

import pytest

from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.rules import compacting
from shudao.contexts.pool.rules import contract as reading
from tests.contexts.pool import payments


def made(**rest: object) -> DatasetContract:
    return reading.read(payments.contract(**rest))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deliveries", "rows", "dead", "due"),
    [(1, 100, 0, False), (8, 100, 10, False), (9, 100, 0, True), (2, 100, 11, True), (1, 0, 0, False)],
)
def test_eight_deltas_or_a_tenth_dead_are_enough(deliveries: int, rows: int, dead: int, due: bool) -> None:
    assert compacting.is_due(deliveries=deliveries, rows=rows, dead=dead) is due


def test_a_column_may_come_but_not_go_or_change() -> None:
    note = {"name": "note", "title": {"zh": "备注"}}
    assert compacting.keeps_all(made(extra=[note]), [made()])
    assert not compacting.keeps_all(made(), [made(extra=[note])])
    assert not compacting.keeps_all(made(extra=[note]), [made(extra=[note | {"identifying": True}])])
    assert not compacting.keeps_all(made(key=["month"]), [made()])
