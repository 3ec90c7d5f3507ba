"""How long a limit is on the calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from shudao.foundation.clocks.contracts import Limit, Unit


def add_months(day: date, months: int) -> date:
    """
    Return the corresponding day `months` later, or that month's last day where there is none.

    Source:
        民法典 art. 202; proved by tests/foundation/clocks/test_clock_deadlines.py
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_to_count(limit: Limit, start: date) -> int:
    """Return how many days must count after `start`: working days for WORKDAY, days of the calendar for the others."""
    if limit.unit in (Unit.WORKDAY, Unit.DAY):
        return limit.amount
    if limit.unit is Unit.WEEK:
        return limit.amount * 7
    months = limit.amount * (12 if limit.unit is Unit.YEAR else 1)
    return (add_months(start, months) - start).days
