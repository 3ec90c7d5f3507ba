"""How old something is in working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def working_days(since: date, until: date, *, is_working: Callable[[date], bool]) -> int:
    """
    Return how many working days came after `since` up to and with `until`: nought on the day itself.

    Args:
        since, until: Local days; 0 where `until` is not later.
        is_working: Whether offices work on a day.

    Source:
        our own rule; proved by tests/contexts/assessment/test_barriers.py
    """
    return sum(is_working(since + timedelta(days=count)) for count in range(1, (until - since).days + 1))
