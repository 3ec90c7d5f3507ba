"""Telephone numbers of mainland China. Pure."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"1\d{10}")
_FIXED = re.compile(r"0\d{2,3}-?\d{7,8}")


def is_valid(number: str) -> bool:
    """Return whether `number` is a mobile number of 11 digits, or a fixed line with its area code. Empty is not."""
    return number.isascii() and bool(_MOBILE.fullmatch(number) or _FIXED.fullmatch(number))
