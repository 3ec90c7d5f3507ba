"""Days, sides and masks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.exchange.rules import disputing
from shudao.foundation.audit.contracts import Actor, RoleGrant


def weekday_after(day: date) -> date:
    """The next day that is no weekend."""
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def test_today_does_not_count() -> None:
    due = disputing.due(date(2026, 11, 24), disputing.CORRECTION_DAYS, next_working=weekday_after)
    assert due == date(2026, 12, 8)


@pytest.mark.parametrize(("days", "open_"), [(0, True), (30, True), (31, False)])
def test_a_refusal_can_be_disputed_for_thirty_days(days: int, open_: bool) -> None:
    day = date(2026, 11, 24)
    assert disputing.disputable(day, day + timedelta(days=days)) is open_


def test_only_a_role_in_a_department_makes_a_side() -> None:
    bureau = Actor("a", "staff", roles=(RoleGrant("data_bureau", "B", None), RoleGrant("leader", None, None)))
    assert not disputing.belongs(bureau, ("X", "Y", ""))
    assert disputing.belongs(bureau, ("X", "B"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("甲", " 甲 ", True), ("Ａ1", "A1", True), (12, "12", True), (None, "", True), ("甲", "乙", False)],
)
def test_values_are_compared_as_people_read_them(one: object, other: object, same: bool) -> None:
    assert disputing.same(one, other) is same


@given(st.text(max_size=40))
def test_a_mask_shows_one_character_at_most_and_no_length(text: str) -> None:
    assert disputing.masked(text) in ("***", text[:1] + "***")
    assert len(disputing.masked(text)) <= 4
