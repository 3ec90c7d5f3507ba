"""Unified social credit codes: generated ones are valid, distinct and of the unallocated region."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shudao.foundation.identity.rules import credit_codes

SERIALS = st.integers(0, 31**8 - 1)


def made(serial: int) -> str:
    return credit_codes.generate(prefix="91", region="519901", serial=serial)


@given(SERIALS)
def test_a_generated_code_is_valid_here_and_for_python_stdnum(serial: int) -> None:
    code = made(serial)
    assert credit_codes.is_valid(code)
    assert uscc.is_valid(code)
    assert code.startswith("91519901")


@given(SERIALS, SERIALS)
def test_two_serials_never_share_a_code(one: int, other: int) -> None:
    assert (made(one) == made(other)) == (one == other)


@given(SERIALS, st.integers(0, 17), st.sampled_from(credit_codes.ALPHABET))
def test_one_mistyped_character_is_always_noticed(serial: int, position: int, character: str) -> None:
    code = made(serial)
    wrong = code[:position] + character + code[position + 1 :]
    assert credit_codes.is_valid(wrong) == (wrong == code)


def test_a_published_code_passes() -> None:
    assert credit_codes.is_valid("91110000600037341L")


@pytest.mark.parametrize(("first8", "check"), [("D2143569", "X"), ("60003734", "1")])
def test_the_organisation_code_inside_has_its_own_check_character(first8: str, check: str) -> None:
    # The first is the example of GB 11714, the second a published code.
    assert credit_codes.organisation_check(first8) == check


@pytest.mark.parametrize("code", ["", "91110000600037341", "91110000600037341I", "9111000A600037341L"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert not credit_codes.is_valid(code)


@pytest.mark.parametrize("serial", [-1, 31**8])
def test_a_serial_that_does_not_fit_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        made(serial)
