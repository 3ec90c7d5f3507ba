"""Lists of requests and grants: what is found, in which order, page by page, by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.rights import (
    GrantsLooked,
    Purpose,
    RequestsLooked,
    RequestState,
    Standing,
)
from shudao.kernel.errors import Invalid
from tests.support import many_rights

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
OURS, THEIRS = "91510000A", "91510000B"
MANY = 60


@pytest.fixture
def many(sichuan: None, noon: datetime) -> None:
    """Rights of two departments on every kind of day, in every state."""
    chance = Random(5)
    for department in (OURS, THEIRS):
        many_rights.add(MANY // 2, department=department, division="510000000000", now=noon)
    stirs: tuple[tuple[Any, Any], ...] = ((models.ShareRequest, _stir_request), (models.Grant, _stir_grant))
    for kind, stir in stirs:
        rows = list(kind.objects.order_by("id"))
        for row in rows:
            stir(row, chance, noon)
        names = [one.name for one in kind._meta.concrete_fields if not one.primary_key]
        kind.objects.bulk_update(rows, names, batch_size=20)


def _stir_request(row: Any, chance: Random, noon: datetime) -> None:
    row.state = chance.choice(("pending", "granted", "refused"))
    row.decided_by, row.basis = ("", "") if row.state == "pending" else ("b", "条例")
    row.due_on = TODAY + timedelta(days=chance.randrange(-3, 4))
    row.requested_at = noon - timedelta(days=chance.randrange(9))
    row.provider = chance.choice((OURS, THEIRS))


def _stir_grant(row: Any, chance: Random, noon: datetime) -> None:
    days = (-1, 0, 1, 29, 30, 31, 60)
    row.valid_from = TODAY + timedelta(days=chance.choice((-60, -1, 0, 1)))
    row.valid_to = max(row.valid_from, TODAY + timedelta(days=chance.choice(days)))
    row.suspended_until = chance.choice((None, None, TODAY - timedelta(days=1), TODAY))
    row.suspended_why = "核查" if row.suspended_until else ""
    row.ended_as = chance.choice(("", "", "", "withdrawn", "returned"))
    row.revoked_at = noon if row.ended_as else None
    row.supply_due_on = chance.choice((None, TODAY - timedelta(days=1), TODAY))
    row.supplied_at = chance.choice((None, noon))
    row.purpose = chance.choice(list(Purpose)).value


def read(find: Callable[..., Any], looked: Any) -> list[Any]:
    """All pages of a list, seven a page; each says how many there are in all."""
    first = find(looked, size=7, today=TODAY)
    pages = [first, *(find(looked, page=number, size=7, today=TODAY) for number in range(2, first.pages + 1))]
    found = [one for page in pages for one in page.items]
    assert {page.total for page in pages} == {len(found)}
    return found


def test_every_grant_stands_in_one_way_and_is_found_by_it(many: None) -> None:
    everything = read(exchange.find_grants, None)
    assert len(everything) == MANY
    for standing in Standing:
        expected = [one for one in everything if one.standing(TODAY) is standing]
        assert expected, f"no grant is {standing}"
        assert read(exchange.find_grants, GrantsLooked(standings=(standing,))) == expected
    several = (Standing.VALID, Standing.ENDING)
    expected = [one for one in everything if one.standing(TODAY) in several]
    assert read(exchange.find_grants, GrantsLooked(standings=several)) == expected


def test_what_was_not_supplied_in_time_is_found(many: None) -> None:
    expected = [one for one in read(exchange.find_grants, None) if one.supply_overdue(TODAY)]
    assert expected
    assert read(exchange.find_grants, GrantsLooked(unsupplied=True)) == expected


def test_grants_of_one_purpose(many: None) -> None:
    expected = [one for one in exchange.grants() if one.purpose is Purpose.SUPERVISION]
    assert expected
    assert exchange.grants(purpose=Purpose.SUPERVISION) == expected


def test_overdue_requests_and_those_in_a_state(many: None) -> None:
    everything = read(exchange.find_requests, None)
    late = [one for one in everything if one.overdue(TODAY)]
    assert late
    assert read(exchange.find_requests, RequestsLooked(overdue=True)) == late
    refused = [one for one in everything if one.state is RequestState.REFUSED]
    assert refused
    assert read(exchange.find_requests, RequestsLooked(state=RequestState.REFUSED)) == refused


@pytest.mark.parametrize(("departments", "share"), [((OURS,), 1), ((OURS, THEIRS), 2), ((), 0), (("9",), 0)])
def test_requests_of_departments_are_those_they_asked_or_have_to_answer(
    many: None, departments: tuple[str, ...], share: int
) -> None:
    found = read(exchange.find_requests, RequestsLooked(departments=departments))
    assert found == [
        one for one in read(exchange.find_requests, None) if {one.department, one.provider} & {*departments}
    ]
    assert (bool(found), len(found) == MANY) == (share > 0, share == 2)


@pytest.mark.parametrize("find", [exchange.find_requests, exchange.find_grants])
def test_one_resource(many: None, find: Callable[..., Any]) -> None:
    looked = RequestsLooked if find is exchange.find_requests else GrantsLooked
    everything = read(find, None)
    assert read(find, looked(resource=everything[3].resource)) == [everything[3]]
    assert not read(find, looked(resource="none"))


KEYS: dict[str, Callable[[Any], Any]] = {
    "due": lambda one: (one.state is not RequestState.PENDING, one.due_on),
    "asked": lambda one: one.requested_at,
    "resource": lambda one: one.resource,
    "until": lambda one: one.valid_to,
    "from": lambda one: one.valid_from,
}


@pytest.mark.parametrize(
    ("looked", "sort"),
    [
        *((RequestsLooked, sort) for sort in ("due", "asked", "resource")),
        *((GrantsLooked, sort) for sort in ("until", "from", "resource")),
    ],
)
def test_lists_are_sorted_and_what_is_equal_by_number(many: None, looked: Any, sort: str) -> None:
    find = exchange.find_requests if looked is RequestsLooked else exchange.find_grants
    everything = read(find, looked(sort="none"))
    assert everything == sorted(everything, key=lambda one: one.number, reverse=True), "newest first"
    for sign in ("", "-"):
        expected = sorted(everything, key=lambda one: (KEYS[sort](one), one.number), reverse=sign == "-")
        assert read(find, looked(sort=sign + sort)) == expected


@pytest.mark.parametrize("find", [exchange.find_requests, exchange.find_grants])
@pytest.mark.parametrize("asked", [{"page": 0}, {"size": 0}, {"size": 201}])
def test_a_page_that_cannot_be_is_refused(sichuan: None, find: Callable[..., Any], asked: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        find(today=TODAY, **asked)
