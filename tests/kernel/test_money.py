"""An amount of money is exact: what is written comes back, what cannot be fen is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.kernel.money import Fen, parse_yuan, yuan


@given(st.integers(-(10**15), 10**15))
def test_what_is_written_is_read_again(amount: int) -> None:
    assert parse_yuan(yuan(Fen(amount))) == amount


@pytest.mark.parametrize("text", ["1.234", "", "-", "1.2.3", "１２", "12元", "1e3", "--1", ".5"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


def test_people_read_thousands_and_two_decimals() -> None:
    assert yuan(Fen(123450)) == "1,234.50"
    assert yuan(Fen(-5)) == "-0.05"
