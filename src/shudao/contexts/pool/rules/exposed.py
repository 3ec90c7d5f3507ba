"""Resident IDs where none belongs: in a value that would lie open in the files."""

from __future__ import annotations

import re
from datetime import date

from shudao.contexts.pool.contracts.datasets import Column, ColumnType, DatasetContract, Identifier
from shudao.contexts.pool.rules.check_digits import PROVINCES

IDENTIFIER = "row.identifier"
PATTERN = "[1-9][0-9]{16}[0-9Xx]"
SMALLEST = 10**17
_ALONE = re.compile(f"(?<![0-9])(?={PATTERN}(?![0-9]))([0-9]{{6}})([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})([0-9]{{3}})(.)")
_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_OPEN = (ColumnType.TEXT, ColumnType.CODE, ColumnType.INTEGER, ColumnType.DECIMAL)


def open_columns(contract: DatasetContract) -> tuple[Column, ...]:
    """Return the columns whose values lie open and may be long enough to hold a resident ID."""
    return tuple(
        column
        for column in contract.columns
        if column.kind in _OPEN
        and column.identifier is Identifier.NONE
        and not (column.identifying or column.kept)
        and column.name != contract.subject
    )


def names_somebody(text: str) -> bool:
    """
    Whether a resident ID stands in the text: a province, a day of the calendar, the right check character, no digit
    before or after it. Generated people's (5199xx) count.

    Source:
        ours: POOL.md, "pseudonymous at rest"; GB 11643; proved by tests/contexts/pool/rules/test_exposed.py
    """
    return any(_is_resident(*found.groups()) for found in _ALONE.finditer(text))


def _is_resident(region: str, year: str, month: str, day: str, serial: str, check: str) -> bool:
    if int(region[:2]) not in PROVINCES or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    digits = f"{region}{year}{month}{day}{serial}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return (total + (10 if check in "Xx" else int(check))) % 11 == 1
