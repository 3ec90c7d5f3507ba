"""
Licence numbers after GB/T 36904's scheme for e-licence identifiers.

`1.2.156.3005.2.<type 3>.<issuing body 18>.<serial 12>.<version 3>.<check 1>`: the root is the standard's, the
lengths of type and serial are ours (M). The check character is ISO 7064 MOD 37,36 over the parts before it.
"""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
FIRST_VERSION = "001"

_SHAPE = re.compile(r"1\.2\.156\.3005\.2\.(\d{3})\.([0-9A-Z]{18})\.([0-9A-Z]{12})\.(\d{3})\.([0-9A-Z])")


def build(*, type_serial: str, department: str, serial: str, version: str = FIRST_VERSION) -> str:
    """
    Return the number of a licence.

    Args:
        type_serial: The type's three digits.
        department: The issuing body's credit code, 18 characters.
        serial: 12 letters or digits, unique in the province, not guessable.
        version: Three digits, counted from 001.

    Raises:
        ValueError: a part has the wrong shape.

    Source:
        GB/T 36904-2018 (structure; from memory); proved by tests/contexts/licences/rules/test_numbers.py
    """
    check = mod_37_36.calc_check_digit(type_serial + department + serial + version)
    number = f"{ROOT}.{type_serial}.{department}.{serial}.{version}.{check}"
    if not _SHAPE.fullmatch(number):
        raise ValueError("a part of the licence number has the wrong shape")
    return number


def is_well_formed(number: str) -> bool:
    """Return whether the number has the scheme's shape and its check character is right."""
    found = _SHAPE.fullmatch(number)
    return found is not None and bool(mod_37_36.is_valid("".join(found.groups())))
