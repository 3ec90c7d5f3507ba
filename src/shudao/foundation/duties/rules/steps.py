"""When a duty's owner is reminded, and when it goes higher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum

REMIND_BEFORE = timedelta(days=3)
ESCALATE_AFTER = 5


class Told(IntEnum):
    """What has been told about an open duty; each step includes the ones before."""

    NOTHING = 0
    DUE_SOON = 1
    OVERDUE = 2
    ESCALATED = 3


def step_on(due_on: date, today: date, *, next_working: Callable[[date], date]) -> Told:
    """
    Return what must have been told of an open duty by `today`.

    Args:
        due_on: The last day in time.
        today: Local date.
        next_working: The first working day after a day.

    Returns:
        DUE_SOON from three days before, OVERDUE from the day after, ESCALATED after five whole working days more.

    Source:
        Our own proposal; proved by tests/foundation/duties/test_duty_steps.py
    """
    if today <= due_on:
        return Told.DUE_SOON if today >= due_on - REMIND_BEFORE else Told.NOTHING
    last = due_on
    for _ in range(ESCALATE_AFTER):
        last = next_working(last)
    return Told.ESCALATED if today > last else Told.OVERDUE
