"""Case numbers: implementation code (31) + yyyymmdd + four digits = 43 characters."""

from __future__ import annotations

from datetime import date

LAST_SERIAL = 9_999


def prefix(task_code: str, day: date) -> str:
    """
    Return the 39 characters that the cases of a matter on a local day share.

    Raises:
        ValueError: the implementation code is not 31 characters long.

    Source:
        facts/standards-and-sichuan.md §1.2 (办件编号); proved by tests/contexts/cases/rules/test_numbers.py
    """
    if len(task_code) != 31:
        raise ValueError("an implementation code has 31 characters")
    return f"{task_code}{day:%Y%m%d}"


def number(prefix_: str, serial: int) -> str:
    """Return the case number. Raises ValueError outside 1–9,999."""
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError("a serial runs from 1 to 9,999")
    return f"{prefix_}{serial:04d}"
