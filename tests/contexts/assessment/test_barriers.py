"""The list of data barriers: entered by events, closed with their cause, kept; aged in working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.contracts import BarrierUnknown, ListedBarrier
from shudao.contexts.assessment.rules.ages import working_days
from shudao.contexts.cases import api as cases
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.barriers import BarrierKind
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.matters import api as matters
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text
from shudao.kernel.time import fixed, using_clock
from tests.contexts.exchange.conftest import (
    POPULATION,
    Staff,
    ask_for,
    catalogue,
    extract,
    roots,
    sichuan,
    staff,
    world,
)
from tests.contexts.exchange.test_rights import decide
from tests.faces.office.conftest import Officer, _at_noon, officer

__all__ = ["_at_noon", "ask_for", "catalogue", "extract", "officer", "roots", "sichuan", "staff", "world"]
pytestmark = pytest.mark.django_db
MATTER, OTHER = "510701001001", "510702001001"
ADDRESS = "/api/v1/assessment/barriers"


@pytest.fixture(autouse=True)
def needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two published matters: one needs the population register, one a paper that nothing gives."""

    def item(code: str, resource: str, name: str) -> Any:
        paper = SimpleNamespace(
            name=Text(name), resource=resource, need="1", source="20", licence_type="", from_form=False
        )
        return SimpleNamespace(catalog_code=code, name=Text(f"事项{code}"), materials=(paper,))

    both = [item(MATTER, POPULATION, "户口簿"), item(OTHER, "", "无犯罪记录证明")]
    monkeypatch.setattr(matters, "basic_items", lambda: both)


def find(at: datetime) -> None:
    """Find barriers at an instant, and let the room hear of them."""
    exchange.find_barriers(now=at)
    outbox.drain()


def listed(**how: Any) -> list[ListedBarrier]:
    return list(assessment.barriers(**how).items)


@pytest.fixture
def refused(ask_for: Callable[..., ShareRequest], staff: Staff, noon: datetime) -> ListedBarrier:
    decide(ask_for(), staff.police, noon, grant=False, basis="条例第八条")
    find(noon)
    return listed(kind=BarrierKind.REFUSED)[0]


def test_entered_by_the_event_and_closed_by_the_event(
    refused: ListedBarrier, ask_for: Callable[..., ShareRequest], staff: Staff, noon: datetime
) -> None:
    assert refused.barrier.found.matters == (MATTER,)
    assert assessment.barrier_counts() == {BarrierKind.REFUSED: 1, BarrierKind.MISSING: 1}
    decide(ask_for(key="again"), staff.police, noon)
    find(noon + timedelta(days=7))
    assert listed(kind=BarrierKind.REFUSED) == []
    (gone,) = listed(gone=True)
    assert (gone.barrier.number, gone.barrier.gone_at) == (refused.barrier.number, noon + timedelta(days=7))
    assert assessment.barrier(gone.barrier.number) == gone
    with using_clock(fixed(noon + timedelta(days=300))):
        assert assessment.barrier(gone.barrier.number).age == 5, "what is gone grows no older"
    with pytest.raises(BarrierUnknown):
        assessment.barrier("nothing")


def test_the_same_event_again_and_the_end_before_the_beginning(refused: ListedBarrier) -> None:
    for _ in range(2):
        assessment.keep_barrier(refused.barrier.number)
    assert listed(kind=BarrierKind.REFUSED) == [refused]


def test_what_applicants_bring_meanwhile(
    refused: ListedBarrier, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused.cases is None

    def case(code: str, day: date, asked: int) -> Any:
        return SimpleNamespace(task_code=f"{'1' * 18}2{code}", received_on=day, asked=asked)

    today = noon.date()
    rows = [case(MATTER, today, 1), case(MATTER, today, 2), case(MATTER, today, 0), case(OTHER, today, 1)]
    rows.append(case(MATTER, today - timedelta(days=1), 1))
    monkeypatch.setattr(cases, "rows_for_assessment", lambda: iter(rows))
    assert assessment.count_waiting_cases(now=noon) == 2
    assert {one.barrier.found.kind: one.cases for one in listed()} == {
        BarrierKind.REFUSED: 2,
        BarrierKind.MISSING: 1,
    }
    assert assessment.barrier(refused.barrier.number).counted_at == noon


def test_found_by_kind_owner_and_word_and_sorted(refused: ListedBarrier, noon: datetime) -> None:
    missing = listed(kind=BarrierKind.MISSING)[0]
    assert listed(owner=refused.barrier.found.owner) == [refused]
    assert listed(text="无犯罪") == [missing]
    assert listed(text=POPULATION) == [refused]
    assert listed(sort="kind") == [missing, refused]
    assert listed(sort="-kind") == [refused, missing]


@pytest.mark.parametrize(
    ("since", "until", "age"),
    [
        ("2026-11-24", "2026-11-24", 0),
        ("2026-11-24", "2026-11-25", 1),
        ("2026-11-27", "2026-11-30", 1),
        ("2026-11-24", "2026-12-08", 10),
        ("2026-11-24", "2026-11-20", 0),
    ],
)
def test_age_counts_working_days(since: str, until: str, age: int) -> None:
    days = date.fromisoformat(since), date.fromisoformat(until)
    assert working_days(*days, is_working=lambda day: day.weekday() < 5) == age


class TestApi:
    def test_the_bureau_and_leaders_read_it(self, refused: ListedBarrier, officer: Officer) -> None:
        for role in (Role.DATA_BUREAU, Role.LEADER):
            client = officer("sj", role)[1]
            found = client.get(ADDRESS, {"kind": "refused"}).json()
            assert (found["total"], found["items"][0]["matters"]) == (1, [MATTER])
            one = client.get(f"{ADDRESS}/{refused.barrier.number}").json()
            assert (one["cause"], one["owner"], one["age"]) == ("refused", refused.barrier.found.owner, 0)
            assert client.get(f"{ADDRESS}/nothing").status_code == 404
            assert client.get(ADDRESS, {"kind": "nonsense"}).status_code == 422

    def test_nobody_else_does(self, refused: ListedBarrier, officer: Officer) -> None:
        assert Client().get(ADDRESS).status_code == 401
        police = officer("ga")[1]
        for address in (ADDRESS, f"{ADDRESS}/{refused.barrier.number}"):
            assert police.get(address).status_code == 403
