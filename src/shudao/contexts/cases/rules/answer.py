"""By when an application is answered: accepted, refused, or told everything that is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

ANSWER_WORKDAYS = 5


def answer_by(received_on: date, is_working: Callable[[date], bool]) -> date:
    """
    Return the fifth working day after the day of receipt; after it the application counts as accepted on receipt.

    Args:
        received_on: Local day.
        is_working: Whether a local day is a working day.

    Source:
        行政许可法 art. 32 (data/timing_rules.csv line 2); proved by tests/contexts/cases/rules/test_answer.py
    """
    day, counted = received_on, 0
    while counted < ANSWER_WORKDAYS:
        day += timedelta(days=1)
        counted += is_working(day)
    return day
