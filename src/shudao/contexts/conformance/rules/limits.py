"""Time limits side by side, also in different units."""

from __future__ import annotations

from shudao.contexts.matters.contracts import TimeLimit

# Days of the calendar that one unit takes: five working days are a week. Enough to tell which of two limits is longer.
_DAYS = {"1": 1.4, "2": 1.0, "3": 7.0, "4": 30.0, "5": 365.0}


def longer(one: TimeLimit, other: TimeLimit) -> bool:
    """
    Return whether `one` lasts longer than `other`.

    Same units are compared as they are; different ones by days of the calendar, a working day as 1.4 of them. A limit
    whose unit is not in the national list (time_unit) is never longer: its unit is the fault.

    Source:
        the field facts §1.5 rule 11 (same unit); other units are our own (M)
    """
    if one.unit == other.unit:
        return one.amount > other.amount
    if one.unit not in _DAYS or other.unit not in _DAYS:
        return False
    return one.amount * _DAYS[one.unit] > other.amount * _DAYS[other.unit]
