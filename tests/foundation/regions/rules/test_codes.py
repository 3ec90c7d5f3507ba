"""Division codes: whatever code one takes, levels, parents, chains and spans agree with one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.regions.contracts import DivisionCodeInvalid
from shudao.foundation.regions.rules import codes

CODES = st.tuples(
    st.integers(10, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 999), st.integers(0, 999)
).map(lambda parts: "{:02}{:02}{:02}{:03}{:03}".format(*parts))


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("510000000000", 1),
        ("510100000000", 2),
        ("510104000000", 3),
        ("510104017000", 4),
        ("510104017001", 5),
        ("511000000000", 2),
        ("512000000000", 2),
        ("513200000000", 2),
    ],
)
def test_the_level_is_where_the_zeros_begin(code: str, level: int) -> None:
    assert codes.level_of(code) == level


def test_a_chain_runs_from_the_province_to_the_village() -> None:
    expected = ("510000000000", "510100000000", "510104000000", "510104017000", "510104017001")
    assert codes.chain("510104017001") == expected


def test_a_township_right_under_a_prefecture_has_that_prefecture() -> None:
    assert codes.parent_of("441900003000") == "441900000000"


def test_a_prefecture_whose_code_ends_in_zero_does_not_swallow_its_neighbours() -> None:
    # 5110 Neijiang and 5111 Leshan: a prefix cut at the last non-zero digit would mix them.
    assert not codes.within("511102000000", "511000000000")
    assert codes.within("511002000000", "511000000000")


@given(CODES)
def test_a_chain_climbs_by_parents_and_ends_at_the_province(code: str) -> None:
    chain = codes.chain(code)
    assert chain[-1] == code
    assert codes.parent_of(chain[0]) is None
    assert [codes.parent_of(lower) for lower in chain[1:]] == list(chain[:-1])
    levels = [codes.level_of(each) for each in chain]
    assert levels == sorted(set(levels))


@given(CODES, CODES)
def test_what_is_within_a_root_is_what_has_it_in_its_chain(code: str, other: str) -> None:
    for root in codes.chain(other):
        low, high = codes.span(root)
        assert codes.within(code, root) == (low <= code <= high) == (root in codes.chain(code))


@given(CODES)
def test_every_ancestor_spans_its_descendant(code: str) -> None:
    assert all(codes.within(code, root) for root in codes.chain(code))


@pytest.mark.parametrize(
    "code", ["", "5101", "510104", "51010401700a", "5101040170011", "１１０１０４０１７００１", "000000000000"]
)
def test_what_is_not_twelve_digits_is_refused(code: str) -> None:
    for rule in (codes.level_of, codes.span, codes.parent_of, codes.chain):
        with pytest.raises(DivisionCodeInvalid):
            rule(code)
    with pytest.raises(DivisionCodeInvalid):
        codes.within(code, "510000000000")
