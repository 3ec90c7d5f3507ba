"""
When a resource's data are older than its update cycle says.

Source:
    Cycles: national value list (实时/日/周/月/季/年/按需); the days are our own reading of them.
    Proved by tests/contexts/exchange/rules/test_freshness.py
"""

from __future__ import annotations

from datetime import date

from shudao.contexts.exchange.contracts.registry import Cycle

# Local days after which data are late: data of yesterday are in time for a daily cycle.
LONGEST = {Cycle.REAL_TIME: 1, Cycle.DAY: 1, Cycle.WEEK: 7, Cycle.MONTH: 31, Cycle.QUARTER: 92, Cycle.YEAR: 366}


def is_late(cycle: Cycle, updated_on: date | None, today: date) -> bool:
    """
    Return whether data of `updated_on` are late today.

    Args:
        cycle: The entry's; nothing is late on demand.
        updated_on: The local day of the newest data; None where there are none yet, which is not called late.
        today: The local day.
    """
    longest = LONGEST.get(cycle)
    return longest is not None and updated_on is not None and (today - updated_on).days > longest
