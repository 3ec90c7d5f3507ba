"""What a filled value must look like beyond its JSON type: the `format` names of forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from stdnum.cn import uscc

_PHONE = re.compile(r"(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})\Z")
_RESIDENT = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{8})[0-9]{3}[0-9X]\Z")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def is_phone(value: str) -> bool:
    """Return whether it is a Chinese mobile number or a landline with area code."""
    return bool(_PHONE.match(value))


def is_resident_id(value: str) -> bool:
    """
    Return whether it is an 18-character resident ID with a real date of birth and the right check character.

    Source:
        GB 11643; proved by tests/contexts/matters/rules/test_formats.py
    """
    found = _RESIDENT.match(value)
    if not found or not is_day(f"{found['born'][:4]}-{found['born'][4:6]}-{found['born'][6:]}"):
        return False
    return _CHECK[sum(int(d) * w for d, w in zip(value[:17], _WEIGHTS, strict=True)) % 11] == value[17]


def is_uscc(value: str) -> bool:
    """Return whether it is an 18-character credit code with the right check character (GB 32100)."""
    return len(value) == 18 and uscc.is_valid(value)


def is_day(value: str) -> bool:
    """Return whether it is a day written 2026-11-24."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "phone-cn": is_phone,
    "resident-id": is_resident_id,
    "uscc": is_uscc,
    "date": is_day,
}
"""The formats a form may use besides "email"."""
