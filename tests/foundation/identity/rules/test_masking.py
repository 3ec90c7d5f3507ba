"""Masked data shows no more than it should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.identity.rules import masking, phones

DIGITS = st.text("0123456789", min_size=18, max_size=18)


def test_examples() -> None:
    assert masking.resident_id("519901199003070018") == "519***********0018"
    assert masking.phone("13900001234") == "139****1234"
    assert masking.name("王小明") == "王**"
    assert masking.name("王") == "王"
    assert masking.name("") == ""


@given(DIGITS)
def test_the_place_beyond_the_province_and_the_birth_date_never_show(number: str) -> None:
    masked = masking.resident_id(number)
    assert len(masked) == 18
    assert masked[3:14] == "*" * 11


@given(st.text("0123456789-", max_size=7))
def test_what_is_too_short_to_mask_is_hidden_whole(text: str) -> None:
    assert masking.phone(text) == "*" * len(text)
    assert masking.resident_id(text) == "*" * len(text)


@given(st.text("0123456789-", min_size=8, max_size=20))
def test_at_least_one_character_of_a_telephone_number_is_hidden(text: str) -> None:
    assert "*" in masking.phone(text)


@pytest.mark.parametrize("number", ["13900001234", "028-86604114", "02886604114", "0837-2822114"])
def test_mobile_and_fixed_numbers_are_telephone_numbers(number: str) -> None:
    assert phones.is_valid(number)


@pytest.mark.parametrize("number", ["", "1390000123", "86604114", "１３９００００１２３４", "13900001234x"])
def test_other_text_is_not(number: str) -> None:
    assert not phones.is_valid(number)
