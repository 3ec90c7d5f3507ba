"""The silo map: drawn from what is offered, granted and called, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import SystemState
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.exchange.contracts.silos import DepartmentUse, Pair, SiloMap
from shudao.contexts.exchange.rules import silos
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text
from tests.contexts.exchange.conftest import COMPANY, MARRIAGE, POPULATION, PROVINCE, Staff
from tests.support.disclosing import Book

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 8, 27), date(2026, 11, 24)
AskFor = Callable[..., ShareRequest]


def drawn(**parts: Any) -> SiloMap:
    empty: dict[str, Any] = {"departments": (), "offers": {}, "grants": (), "calls": ()}
    return silos.drawn(**(empty | parts), since=FIRST, until=LAST)


def test_who_offers_who_uses_and_who_does_neither() -> None:
    found = drawn(
        departments=("A", "B", "C"),
        offers={"a1": "A", "a2": "A", "b1": "B"},
        grants=[("B", "A", "a1"), ("B", "A", "a2")],
        calls=[("B", "A", "a1", 7)],
    )
    assert found.departments == (
        DepartmentUse("A", offered=2, used=1, granted=0, uses=0, given=7, made=0),
        DepartmentUse("B", offered=1, used=0, granted=2, uses=1, given=0, made=7),
        DepartmentUse("C", 0, 0, 0, 0, 0, 0),
    )
    assert [one.isolated for one in found.departments] == [False, False, True]
    assert [one.unused for one in found.departments] == [False, True, False]
    assert found.pairs == (Pair("A", "B", resources=2, calls=7),)


def test_what_a_department_has_of_itself_is_no_exchange() -> None:
    found = drawn(offers={"a1": "A"}, grants=[("A", "A", "a1")], calls=[("A", "A", "a1", 9)])
    assert found.departments == (DepartmentUse("A", offered=1, used=0, granted=0, uses=0, given=0, made=0),)
    assert found.pairs == ()


_names = st.sampled_from("ABCD")
_resources = st.sampled_from(["r1", "r2", "r3"])


@given(
    st.dictionaries(_resources, _names),
    st.lists(st.tuples(_names, _names, _resources)),
    st.lists(st.tuples(_names, _names, _resources, st.integers(0, 1000))),
)
def test_every_call_between_two_is_given_once_and_made_once(
    offers: dict[str, str], grants: list[tuple[str, str, str]], calls: list[tuple[str, str, str, int]]
) -> None:
    found = drawn(offers=offers, grants=grants, calls=calls)
    between = sum(count for user, provider, _, count in calls if user != provider)
    assert sum(one.given for one in found.departments) == between
    assert sum(one.made for one in found.departments) == between
    assert sum(one.calls for one in found.pairs) == between
    assert all(one.used <= one.offered for one in found.departments)


@pytest.fixture
def book(catalogue: None, settings: Any) -> Book:
    return Book(Path(settings.LEDGER_ROOT), exchange.resource(POPULATION).provider)


def note(book: Book, at: datetime, resource: str = POPULATION, **changes: Any) -> None:
    client = changes.pop("client", exchange.one_window_client())
    book.note("0" * 32, client=client, resource=resource, fields=("name",), at=at, **changes)


def rows(now: datetime) -> dict[str, DepartmentUse]:
    return {one.department: one for one in exchange.silo_map(now=now).departments}


@pytest.mark.django_db
def test_the_map_is_of_the_ledgers_calls_of_ninety_days(book: Book, noon: datetime) -> None:
    police, bureau = (identity.department_code(kind, PROVINCE) for kind in ("ga", "sj"))
    for ago in (0, 1, 89, 90, 200):
        note(book, noon - ago * DAY)
    note(book, noon, outcome="no_record")
    for outcome in ("no_grant", "signature_refused", "replayed"):
        note(book, noon, outcome=outcome)
    note(book, noon, client="SHUDAO/GOV/nobody/none")
    for _ in range(2):
        exchange.count_use(now=noon)
    found = exchange.silo_map(now=noon)
    assert (found.since, found.until) == (FIRST, LAST)
    assert found.pairs == (Pair(police, bureau, resources=0, calls=4),)
    assert (rows(noon)[police].used, rows(noon)[bureau].uses) == (1, 1)


@pytest.mark.django_db
def test_calls_counted_later_join_those_from_before(book: Book, noon: datetime) -> None:
    note(book, noon)
    exchange.count_use(now=noon)
    later = noon + 30 * DAY
    note(book, later)
    exchange.count_use(now=later)
    assert [one.calls for one in exchange.silo_map(now=later).pairs] == [2]


@pytest.mark.django_db
def test_rights_count_while_they_stand(ask_for: AskFor, staff: Staff, noon: datetime, settings: Any) -> None:
    asked = ask_for()
    granted = exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=staff.police, now=noon, key="d"
    )
    (pair,) = exchange.silo_map(now=noon).pairs
    assert (pair.resources, pair.calls) == (1, 0)
    exchange.revoke(grant=granted.grant, reason="到期", acting=staff.police, now=noon, key="r")
    assert exchange.silo_map(now=noon).pairs == ()


@pytest.mark.django_db
def test_departments_that_do_neither_are_on_it(catalogue: None, noon: datetime) -> None:
    found = rows(noon)
    transport = identity.department_code("jt", PROVINCE)
    assert found[transport].isolated
    offering = {exchange.resource(code).provider for code in (POPULATION, MARRIAGE, COMPANY)}
    assert {code for code, one in found.items() if one.offered} == offering


@pytest.mark.django_db
def test_a_retired_system_leaves_its_calls_but_no_right(
    ask_for: AskFor, book: Book, staff: Staff, noon: datetime
) -> None:
    department = identity.department_code("mz", PROVINCE)
    client = f"SHUDAO/GOV/{department}/relief"
    exchange.register_system(client=client, name=Text("救助"), department=department, acting=SYSTEM, now=noon, key="s")
    note(book, noon, client=client)
    exchange.count_use(now=noon)
    exchange.set_system_state(client=client, state=SystemState.RETIRED, reason="下线", acting=SYSTEM, now=noon, key="r")
    assert [(one.user, one.resources, one.calls) for one in exchange.silo_map(now=noon).pairs] == [(department, 0, 1)]


@pytest.mark.django_db
def test_the_api_is_for_the_bureau(catalogue: None, client: Client) -> None:
    assert client.get("/api/v1/exchange/silos").status_code == 401
