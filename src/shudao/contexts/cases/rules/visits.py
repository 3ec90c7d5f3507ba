"""Visits are counted from facts, never from promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def count(facts: Iterable[tuple[date, str]]) -> int:
    """
    Return how often somebody had to come.

    Args:
        facts: (local day, place) of each time the applicant was seen: handing in, supplement, inspection, pick-up.

    Returns:
        The number of distinct (day, place): who hands in and picks up on one day at one place came once.

    Source:
        facts/standards-and-sichuan.md §1.4 (limit_scene_num); proved by tests/contexts/cases/rules/test_visits.py
    """
    return len(set(facts))
