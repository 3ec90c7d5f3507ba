"""Figures are exact, do not depend on the order of the facts, and equal a second computation written apart."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.assessment.contracts import CaseFact, MatterFact, RatingFact, Unit
from shudao.contexts.assessment.rules import rows
from shudao.contexts.assessment.rules.figures import Tally, divide, units_of
from verify import scores as apart

DIVISIONS = st.sampled_from(["510000000000", "510100000000", "510104000000", "510104017001", "511602001000"])
KINDS = st.sampled_from(["ga", "mz", "sc"])
DAY = date(2026, 11, 2)
MATTERS = st.builds(
    MatterFact, st.just("T"), DIVISIONS, st.just("D"), KINDS, tier=st.integers(1, 4), visits=st.integers(0, 3)
)
CASES = st.builds(
    CaseFact,
    st.text("0123456789", min_size=43, max_size=43),
    st.just("T"),
    DIVISIONS,
    st.just("D"),
    KINDS,
    completed_on=st.integers(0, 20).map(lambda days: DAY + timedelta(days=days)),
    due_on=st.one_of(st.none(), st.integers(0, 20).map(lambda days: DAY + timedelta(days=days))),
    visits=st.integers(0, 4),
    fetched=st.integers(0, 5),
    asked=st.integers(0, 5),
)
RATINGS = st.builds(RatingFact, st.just("C"), DIVISIONS, st.just("D"), KINDS, level=st.integers(1, 5))


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_quotient_is_rounded_half_up_to_four_decimals(top: int, bottom: int) -> None:
    value = divide(top, bottom)
    assert value is not None
    exact, given_value = Fraction(top, bottom), Fraction(value)
    assert Fraction(-1, 20_000) < given_value - exact <= Fraction(1, 20_000)
    assert len(value.split(".")[1]) == 4


@pytest.mark.parametrize(
    ("top", "bottom", "value"), [(1, 3, "0.3333"), (2, 3, "0.6667"), (1, 20_000, "0.0001"), (0, 7, "0.0000")]
)
def test_known_quotients(top: int, bottom: int, value: str) -> None:
    assert divide(top, bottom) == value


def test_no_fact_is_no_score() -> None:
    assert divide(0, 0) is None


def test_a_fact_of_a_village_counts_for_county_prefecture_and_province() -> None:
    assert list(units_of("510104017001", "ga")) == [
        Unit("510000000000"),
        Unit("510000000000", "ga"),
        Unit("510100000000"),
        Unit("510100000000", "ga"),
        Unit("510104000000"),
        Unit("510104000000", "ga"),
    ]
    assert list(units_of("510000000000", "ga")) == [Unit("510000000000"), Unit("510000000000", "ga")]


@given(st.lists(CASES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(facts: list[CaseFact], chance: object) -> None:
    shuffled = list(facts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = Tally(), Tally()
    first.cases(facts)
    second.cases(shuffled)
    assert first.scores() == second.scores()


@given(st.lists(MATTERS, max_size=8), st.lists(CASES, max_size=8), st.lists(RATINGS, max_size=8))
def test_a_programme_written_apart_gets_the_same_digits(
    matters: list[MatterFact], cases: list[CaseFact], ratings: list[RatingFact]
) -> None:
    tally = Tally()
    tally.matters(matters), tally.cases(cases), tally.ratings(ratings)
    computed: dict[tuple[str, str, str], tuple[int, int]] = {}
    for text in map(rows.line, [*matters, *cases, *ratings]):
        row = json.loads(text)
        for code, top, bottom in apart.parts(row):
            for division, kind in apart.units(row):
                before = computed.get((code, division, kind), (0, 0))
                computed[code, division, kind] = before[0] + top, before[1] + bottom
    ours = {(one.indicator, one.unit.division, one.unit.department_kind): one.value for one in tally.scores()}
    assert ours == {key: apart.rounded(*pair) for key, pair in computed.items()}


def test_the_programme_apart_imports_nothing_of_the_system() -> None:
    text = (Path(__file__).resolve().parents[4] / "verify/scores.py").read_text(encoding="utf-8")
    assert "shudao" not in text
    assert "django" not in text
