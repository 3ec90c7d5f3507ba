"""Sichuan's own matter codes, read and judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.matters.contracts import CodeInvalid
from shudao.contexts.matters.rules import codes, local_codes

BODY = "12510000MB1A00003W"
WHOLE = f"511A0138000000-511602000000-000-{BODY}-1-00"


def test_its_parts_stand_side_by_side_with_the_national_ones() -> None:
    found = local_codes.parse(WHOLE)
    assert (found.item, found.area, found.body) == ("511A0138000000", "511602000000", BODY)
    assert found.types == ("01",)
    assert found.is_item_whole


@given(
    st.sampled_from(sorted(local_codes.TYPES)),
    st.text("0123456789", min_size=8, max_size=10).filter(lambda text: len(text) != 9),
    st.sampled_from(["1", "2"]),
)
def test_what_is_built_is_read_again(letter: str, number: str, digit: str) -> None:
    code = local_codes.build(item=f"51{letter}{number}", area="510000000000", body=BODY, digit=digit)
    found = local_codes.parse(code)
    assert (found.item, found.letter, found.digit, found.serial) == (f"51{letter}{number}", letter, digit, "00")
    assert found.is_item_whole
    assert set(found.types) <= set(codes.TYPES)


def test_a_body_of_the_old_kind_is_read_as_it_stands() -> None:
    found = local_codes.parse("511A0138000000-511602000000-000-00000000-5-1-00")
    assert (found.body, found.digit) == ("00000000-5", "1")
    assert local_codes.body_fault(found.body) == "short"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "511A0138000000",
        WHOLE.removeprefix("5"),
        WHOLE + "0",
        WHOLE + "\n",
        WHOLE.replace("-000-", "-001-"),
        "G-000007-001-511602000000-000-1-1-00",
        "511A0138000000-511602-000-1-1-00",
        "511A" + "9" * 100_000,
    ],
)
def test_what_is_not_built_so_is_refused(code: str) -> None:
    with pytest.raises(CodeInvalid):
        local_codes.parse(code)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (BODY, ""),
        ("", "missing"),
        (BODY[:17], "one-short"),
        (BODY[:9], "short"),
        ("00000000-5", "short"),
        (BODY + "1", "long"),
        (BODY[:-1] + "9", "check"),
        (BODY.lower(), "check"),
        (BODY[:-2] + "I" + BODY[-1], "check"),
    ],
)
def test_a_bodys_code_is_judged_by_its_first_fault(body: str, fault: str) -> None:
    assert local_codes.body_fault(body) == fault
