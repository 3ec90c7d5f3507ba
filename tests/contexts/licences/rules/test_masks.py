"""How strangers see what stands on a licence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.licences.rules import masks


@pytest.mark.parametrize(
    ("value", "shown"), [("张小明", "张**"), ("张三、李四", "张*、李*"), ("Li Wei", "L* ***"), ("", "")]
)
def test_a_name_shows_its_first_character(value: str, shown: str) -> None:
    assert masks.name(value) == shown


@pytest.mark.parametrize(("value", "shown"), [("川A12345", "***2345"), ("1234", "****"), ("", "")])
def test_a_number_shows_its_tail(value: str, shown: str) -> None:
    assert masks.tail(value) == shown


@given(value=st.text(max_size=40), mask=st.sampled_from(["name", "tail"]))
def test_a_mask_keeps_the_length(value: str, mask: str) -> None:
    assert len(masks.masked(value, mask)) == len(value)


def test_an_unknown_mask_is_a_fault() -> None:
    with pytest.raises(ValueError, match="blur"):
        masks.masked("x", "blur")
