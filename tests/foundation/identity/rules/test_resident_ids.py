"""Resident IDs: the check digit is the standard's, and what is wrong is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shudao.foundation.identity.rules import resident_ids

TODAY = date(2026, 11, 24)
DATES = st.dates(date(1900, 1, 1), date(2026, 11, 24))
FIRST17 = st.builds(
    lambda place, born, serial: f"{place:06}{born:%Y%m%d}{serial:03}",
    st.integers(510000, 519999),
    DATES,
    st.integers(0, 999),
)


def fault(number: str, *, test_numbers: bool = True) -> str | None:
    return resident_ids.fault(number, today=TODAY, test_numbers=test_numbers)


@given(FIRST17)
def test_the_check_digit_is_the_one_python_stdnum_calculates(first17: str) -> None:
    assert resident_ids.check_digit(first17) == ric.calc_check_digit(first17 + "0")


@given(FIRST17)
def test_the_right_digit_passes_and_every_other_fails(first17: str) -> None:
    right = resident_ids.check_digit(first17)
    assert fault(first17 + right) is None
    assert {fault(first17 + digit) for digit in "0123456789X" if digit != right} == {"check_digit"}


@given(FIRST17, st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(first17: str, position: int, by: int) -> None:
    number = first17 + resident_ids.check_digit(first17)
    wrong = str((int(number[position]) + by) % 10)
    assert fault(number[:position] + wrong + number[position + 1 :]) is not None


@given(FIRST17)
def test_a_number_written_with_spaces_and_a_small_x_is_the_same_number(first17: str) -> None:
    number = first17 + resident_ids.check_digit(first17)
    assert resident_ids.normalise(f"  {number.lower()}\n") == number


def test_the_unallocated_region_passes_only_where_test_numbers_do() -> None:
    number = "51990119900307001" + resident_ids.check_digit("51990119900307001")
    assert fault(number, test_numbers=True) is None
    assert fault(number, test_numbers=False) == "place"


def test_a_county_that_was_renamed_since_is_no_fault() -> None:
    # 510132 Xinjin District exists under this code since 2020: stdnum refuses it for a birth in 1990.
    first17 = "51013219900307001"
    assert fault(first17 + resident_ids.check_digit(first17), test_numbers=False) is None


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", "length"),
        ("51990119900307001", "length"),
        ("519901199003070011X", "length"),
        ("51990119900307O011", "characters"),
        ("５１９９０１１９９００３０７００１１", "characters"),
        ("51990119900307001Y", "characters"),
        ("009901199003070011", "place"),
        ("999901199003070011", "place"),
        ("519901199013070011", "birth_date"),
        ("519901199002300011", "birth_date"),
        ("519901202611250011", "birth_date"),
        ("519901179903070011", "birth_date"),
    ],
)
def test_what_is_wrong_is_said(number: str, expected: str) -> None:
    assert fault(number) == expected
    assert resident_ids.FAULT_SAYS[expected]  # type: ignore[index]


def test_a_leap_day_is_a_birthday_only_in_leap_years() -> None:
    leap, plain = "51990120000229001", "51990120010229001"
    assert fault(leap + resident_ids.check_digit(leap)) is None
    assert fault(plain + resident_ids.check_digit(plain)) == "birth_date"
