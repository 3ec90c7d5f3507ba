"""When a duty is told of."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.clocks.rules.calendar import WorkCalendar
from shudao.foundation.duties.rules.steps import Told, step_on

PLAIN = WorkCalendar.of([])
TUESDAY = date(2026, 11, 24)


def _step(days: int) -> Told:
    return step_on(TUESDAY, TUESDAY + timedelta(days=days), next_working=PLAIN.next_working)


def test_three_days_before_the_day_after_and_five_working_days_later() -> None:
    assert [_step(days) for days in (-4, -3, 0, 1, 7, 8)] == [
        Told.NOTHING,
        Told.DUE_SOON,
        Told.DUE_SOON,
        Told.OVERDUE,
        Told.OVERDUE,
        Told.ESCALATED,
    ]


@given(st.integers(-30, 60), st.integers(0, 30))
def test_steps_never_go_back(days: int, later: int) -> None:
    assert _step(days + later) >= _step(days)
