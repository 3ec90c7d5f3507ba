"""Days, sides and masks of corrections, disputes and questions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from shudao.foundation.audit.contracts import Actor

# Working days. The first is usually given for Order 809 (from memory); the others are our own proposal.
CORRECTION_DAYS, DISPUTE_DAYS, QUESTION_DAYS = 10, 20, 10
# Calendar days in which a refusal can be disputed: ours.
DISPUTABLE_DAYS = 30
# The longest that a grant's calls may stay unseen: ours.
LONGEST_DELAY = 365
LONGEST_TEXT = 1000
LONGEST_VALUE = 200


def due(today: date, days: int, *, next_working: Callable[[date], date]) -> date:
    """
    Return the last local day of a limit of `days` working days that begins today; today does not count.

    Source:
        Order 809 (2025), standards facts §3.3; proved by tests/contexts/exchange/rules/test_disputing.py
    """
    day = today
    for _ in range(days):
        day = next_working(day)
    return day


def disputable(decided_on: date, today: date) -> bool:
    """Return whether a refusal of a local day can still be disputed today."""
    return today <= decided_on + timedelta(days=DISPUTABLE_DAYS)


def belongs(acting: Actor, departments: Iterable[str]) -> bool:
    """Return whether the actor holds a role of one of these departments (credit codes)."""
    sides = set(departments) - {""}
    return any(grant.department in sides for grant in acting.roles)


def same(one: object, other: object) -> bool:
    """Return whether two values are the same to people: width of characters and outer spaces make no difference."""
    return _written(one) == _written(other)


def _written(value: object) -> str:
    return unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()


def masked(text: str) -> str:
    """Return a value of which only the first character shows, and not how long it is."""
    return text[:1] + "***" if len(text) > 1 else "***"


def text_problem(text: str) -> str:
    """Return what is wrong with a text that has to say something, "" where nothing is."""
    if not text.strip():
        return "请填写此项。"
    return "内容过长。" if len(text) > LONGEST_TEXT else ""


def value_problem(text: str) -> str:
    """Return what is wrong with a value that has to be there, "" where nothing is."""
    if not text.strip():
        return "请填写此项。"
    return "内容过长。" if len(text) > LONGEST_VALUE else ""
