"""Visits are facts."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.cases.rules.visits import count

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
FACTS = st.lists(st.tuples(st.sampled_from([MONDAY, TUESDAY]), st.sampled_from(["H1", "H2"])))


def test_several_things_on_one_day_at_one_place_are_one_visit() -> None:
    assert count([(MONDAY, "H1"), (MONDAY, "H1")]) == 1


def test_another_place_or_another_day_is_another_visit() -> None:
    assert count([(MONDAY, "H1"), (MONDAY, "H2"), (TUESDAY, "H1")]) == 3


@given(facts=FACTS)
def test_a_fact_told_twice_changes_nothing(facts: list[tuple[date, str]]) -> None:
    assert count(facts) == count(facts + facts) <= len(facts)
