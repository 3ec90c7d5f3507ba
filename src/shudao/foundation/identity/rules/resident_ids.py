"""Resident ID numbers (GB 11643): normal form and check. Pure; nothing here keeps a number."""

from __future__ import annotations

from datetime import date
from typing import Literal

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

TEST_REGION = "5199"
_LENGTH = 18
_EARLIEST = 1850
# Provinces of GB/T 2260 by their first digit; 8: residence permits of people from Hong Kong, Macao and Taiwan.
_PROVINCES = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345", "7": "1", "8": "123"}

Fault = Literal["length", "characters", "place", "birth_date", "check_digit"]

FAULT_SAYS: dict[Fault, str] = {
    "length": "身份证号码应为18位。",
    "characters": "身份证号码前17位应为数字，末位为数字或X。",
    "place": "身份证号码的地区码不存在。",
    "birth_date": "身份证号码中的出生日期不正确。",
    "check_digit": "身份证号码校验位不正确，请核对是否输错。",
}


def normalise(text: str) -> str:
    """Return the one written form of a number: surrounding space gone, X a capital. Hashes are of this form."""
    return text.strip().upper()


def check_digit(first17: str) -> str:
    """
    Return the 18th character that belongs to the first 17 digits.

    Source:
        GB 11643, ISO 7064 MOD 11-2; proved by tests/foundation/identity/rules/test_resident_ids.py
    """
    return mod_11_2.calc_check_digit(first17)


def fault(number: str, *, today: date, test_numbers: bool) -> Fault | None:
    """
    Return what is wrong with a number in normal form, None for a good one.

    The place is checked to the province only: python-stdnum refuses whole counties of today for births before they
    were renamed, and a person's number never changes.

    Args:
        number: In normal form.
        today: Local date; nobody is born later.
        test_numbers: Whether the unallocated region 5199xx passes. It never does in production.
    """
    if len(number) != _LENGTH:
        return "length"
    if not (number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        return "characters"
    if number[1] not in _PROVINCES.get(number[0], "") or (is_test_number(number) and not test_numbers):
        return "place"
    born = birth_date(number)
    if born is None or born > today:
        return "birth_date"
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return "check_digit"
    return None


def birth_date(number: str) -> date | None:
    """Return the date of birth written in a number of 18 characters, None where there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= _EARLIEST else None


def is_test_number(number: str) -> bool:
    """Return whether the number has the unallocated region that generated people carry."""
    return number.startswith(TEST_REGION)
