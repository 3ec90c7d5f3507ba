"""How long a guardian may act, and what an officer is told to put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shudao.contexts.exchange.contracts.relations import Papers
from shudao.contexts.exchange.rules import relations
from shudao.foundation.identity.rules.resident_ids import check_digit

TODAY = date(2026, 11, 24)
CHILD, ADULT = date(2020, 6, 1), date(1990, 5, 17)
PAPERS = Papers("g", "c", "李雨桐", "出生医学证明", date(2027, 6, 1))


def test_a_birthday_is_read_from_a_number_that_is_one() -> None:
    number = "51990120200601002"
    assert relations.born(number + check_digit(number), check_digit=check_digit) == CHILD
    for bad in ("", number, number + "Y", "5199012020130100", "51990120200230002" + check_digit("51990120200230002")):
        assert relations.born(bad, check_digit=check_digit) is None


@pytest.mark.parametrize(
    ("birth", "last"),
    [
        (date(2008, 11, 25), date(2026, 11, 24)),
        (date(2008, 3, 1), date(2026, 2, 28)),
        (date(2008, 2, 29), date(2026, 2, 28)),
        (date(2010, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_child_is_one_until_the_day_before_its_eighteenth_birthday(birth: date, last: date) -> None:
    assert relations.last_day_as_child(birth) == last


def test_papers_in_order_have_no_problems() -> None:
    assert dict(relations.problems(PAPERS, birth=CHILD, guardian=ADULT, today=TODAY)) == {}


@pytest.mark.parametrize(
    ("changes", "dates", "field"),
    [
        ({}, {"birth": None}, "child"),
        ({}, {"birth": TODAY + timedelta(days=1)}, "child"),
        ({}, {"birth": date(2008, 11, 24)}, "child"),
        ({}, {"guardian": None}, "guardian"),
        ({}, {"guardian": date(2010, 1, 1)}, "guardian"),
        ({"name": ""}, {}, "name"),
        ({"name": "长" * 61}, {}, "name"),
        ({"basis": " "}, {}, "basis"),
        ({"valid_to": TODAY - timedelta(days=1)}, {}, "valid_to"),
        ({"valid_to": TODAY + timedelta(days=367)}, {}, "valid_to"),
        ({"valid_to": date(2027, 1, 1)}, {"birth": date(2008, 12, 31)}, "valid_to"),
    ],
)
def test_what_is_wrong_says_so(changes: dict[str, Any], dates: dict[str, Any], field: str) -> None:
    parts: dict[str, Any] = {"birth": CHILD, "guardian": ADULT} | dates
    assert list(dict(relations.problems(replace(PAPERS, **changes), today=TODAY, **parts))) == [field]
