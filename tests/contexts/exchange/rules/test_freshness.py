"""Data are late by their cycle."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shudao.contexts.exchange.contracts.registry import Cycle
from shudao.contexts.exchange.rules.freshness import is_late

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("cycle", "days", "late"),
    [
        (Cycle.DAY, 1, False),
        (Cycle.DAY, 2, True),
        (Cycle.WEEK, 7, False),
        (Cycle.WEEK, 8, True),
        (Cycle.MONTH, 31, False),
        (Cycle.MONTH, 32, True),
        (Cycle.YEAR, 366, False),
        (Cycle.YEAR, 367, True),
        (Cycle.ON_DEMAND, 5000, False),
    ],
)
def test_data_are_late_after_their_cycle(cycle: Cycle, days: int, late: bool) -> None:
    assert is_late(cycle, TODAY - timedelta(days=days), TODAY) is late


def test_where_there_are_no_data_none_are_late() -> None:
    assert not is_late(Cycle.DAY, None, TODAY)
