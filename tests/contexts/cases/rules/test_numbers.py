"""Case numbers."""

from __future__ import annotations

from datetime import date

import pytest

from shudao.contexts.cases.rules import numbers

TASK = "11519951MB00000000" + "4" + "510702001000"


def test_a_number_is_the_matter_the_day_and_a_serial() -> None:
    number = numbers.number(numbers.prefix(TASK, date(2026, 3, 4)), 7)
    assert number == TASK + "20260304" + "0007"
    assert len(number) == 43


@pytest.mark.parametrize("serial", [0, 10_000])
def test_a_serial_outside_four_digits_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="9,999"):
        numbers.number(numbers.prefix(TASK, date(2026, 3, 4)), serial)


def test_a_short_implementation_code_is_refused() -> None:
    with pytest.raises(ValueError, match="31"):
        numbers.prefix("123", date(2026, 3, 4))
