"""
Division codes: five levels in twelve digits, 2-2-2-3-3.

A subtree is one range of codes: whoever copies a code into a row can ask for "everything below" with BETWEEN.
"""

from __future__ import annotations

from shudao.foundation.regions.contracts import DivisionCodeInvalid

_ENDS = (2, 4, 6, 9, 12)
_LENGTH = 12


def check(code: str) -> str:
    """Return `code`. Raises DivisionCodeInvalid unless it is 12 ASCII digits that do not begin with 00."""
    if len(code) != _LENGTH or not (code.isascii() and code.isdigit()) or code.startswith("00"):
        raise DivisionCodeInvalid()
    return code


def level_of(code: str) -> int:
    """
    Return the level that `code` is written at: 1 province, 2 prefecture, 3 county, 4 township, 5 village.

    Raises:
        DivisionCodeInvalid: not 12 digits.

    Source:
        GB/T 2260, GB/T 10114 and the statistical codes; proved by tests/foundation/regions/rules/test_codes.py
    """
    check(code)
    significant = len(code.rstrip("0"))
    return next(level for level, end in enumerate(_ENDS, start=1) if significant <= end)


def span(code: str) -> tuple[str, str]:
    """
    Return the lowest and the highest code of the subtree under `code`, itself included.

    Raises:
        DivisionCodeInvalid: not 12 digits.
    """
    end = _ENDS[level_of(code) - 1]
    return code, code[:end].ljust(_LENGTH, "9")


def within(code: str, root: str) -> bool:
    """Return whether `code` is `root` or lies below it. Raises DivisionCodeInvalid."""
    low, high = span(root)
    return low <= check(code) <= high


def parent_of(code: str) -> str | None:
    """
    Return the code one written level up, None for a province.

    Levels that a code leaves empty are skipped: a township right under a prefecture (4419 00 003) has that one.

    Raises:
        DivisionCodeInvalid: not 12 digits.
    """
    level = level_of(code)
    if level == 1:
        return None
    return code[: _ENDS[level - 2]].ljust(_LENGTH, "0")


def chain(code: str) -> tuple[str, ...]:
    """Return the codes from the province down to `code` itself. Raises DivisionCodeInvalid."""
    parent = parent_of(code)
    return (code,) if parent is None else (*chain(parent), code)
