from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shudao.contexts.matters.rules import formats

_BORN = st.dates(min_value=date(1920, 1, 1))


@given(born=_BORN, serial=st.integers(0, 999))
def test_a_resident_id_is_taken_exactly_with_its_check_character(born: date, serial: int) -> None:
    first = f"519901{born:%Y%m%d}{serial:03d}"
    right = ric.calc_check_digit(first + "0")
    taken = [last for last in "0123456789X" if formats.is_resident_id(first + last)]
    assert taken == [right]


@pytest.mark.parametrize("value", ["", "51990119900230001X", "519901199013010010", "５19901199001010010", "x" * 18])
def test_what_is_no_resident_id_is_refused(value: str) -> None:
    assert not formats.is_resident_id(value)


@pytest.mark.parametrize(
    ("value", "good"),
    [("13800138000", True), ("028-86605544", True), ("02886605544", True), ("12345", False), ("1380013800", False)],
)
def test_phones(value: str, good: bool) -> None:
    assert formats.is_phone(value) is good


@pytest.mark.parametrize(
    ("value", "good"), [("2026-11-24", True), ("2026-02-30", False), ("20261124", False), ("2026-W48-2", False)]
)
def test_days(value: str, good: bool) -> None:
    assert formats.is_day(value) is good


def test_credit_codes_have_their_check_character() -> None:
    assert formats.is_uscc("12441500196720244T")
    assert not formats.is_uscc("12441500196720244U")
    assert not formats.is_uscc("")
