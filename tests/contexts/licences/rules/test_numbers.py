"""Licence numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.licences.rules import numbers

BODY, SERIAL = "115199510BC0YGK25M", "0123456789AB"
NUMBER = numbers.build(type_serial="001", department=BODY, serial=SERIAL)
PLACES = [place for place, character in enumerate(NUMBER) if place > len(numbers.ROOT) and character != "."]


def test_a_number_names_type_body_serial_and_version() -> None:
    assert NUMBER.startswith(f"1.2.156.3005.2.001.{BODY}.{SERIAL}.001.")
    assert numbers.is_well_formed(NUMBER)


@given(place=st.sampled_from(PLACES), other=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_noticed(place: int, other: str) -> None:
    if other != NUMBER[place]:
        assert not numbers.is_well_formed(NUMBER[:place] + other + NUMBER[place + 1 :])


@pytest.mark.parametrize("changes", [{"type_serial": "1"}, {"department": "short"}, {"serial": "low-case-xxx"}])
def test_a_part_of_the_wrong_shape_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  either of two checks refuses it
        numbers.build(**({"type_serial": "001", "department": BODY, "serial": SERIAL} | changes))
