"""Lists: filtered, sorted, paged, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import State, WorkFilter
from shudao.foundation.audit.contracts import NOBODY
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded
from tests.support.cases import World

pytestmark = pytest.mark.django_db


def queries(read: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        read()
    return len(seen)


def numbers(world: World, who: str, filters: WorkFilter | None = None, now: datetime | None = None) -> list[str]:
    return [row.number for row in cases.work_list(getattr(world, who), filters, now=now or world.now).items]


def test_everybody_works_on_their_own_list(world: World) -> None:
    one, two = world.submitted("birth").number, world.accepted("instant")
    assert set(numbers(world, "clerk")) == set(numbers(world, "reviewer")) == {one, two}
    assert numbers(world, "clerk_elsewhere") == numbers(world, "reviewer_elsewhere") == []
    assert cases.work_counts(world.clerk) == {State.RECEIVED: 1, State.ACCEPTED: 1}
    with pytest.raises(Forbidden):
        cases.work_list(world.li)
    with pytest.raises(SignInNeeded):
        cases.work_list(NOBODY)


def test_filters_narrow_the_list(world: World) -> None:
    received, accepted = world.submitted("birth").number, world.accepted("instant")
    department = cases.case(accepted, acting=world.clerk).row.department

    def found(**filters: Any) -> list[str]:
        return sorted(numbers(world, "clerk", WorkFilter(**filters)))

    assert found(states=(State.ACCEPTED,)) == [accepted]
    assert found(text="即办") == [accepted]
    assert found(text="instant") == [accepted]
    assert found(text=received) == [received]
    assert found(text=received[-17:]) == [received]
    assert found(department=department) == sorted([received, accepted])
    assert found(department="1" * 18) == []
    assert found(channel="window") == []
    assert found(division="511602000000") == []
    with pytest.raises(Invalid):
        found(sort="name")
    with pytest.raises(Invalid):
        found(due="tomorrow")


def test_due_cases_come_first_and_overdue_ones_are_found(world: World) -> None:
    later, instant = world.accepted("birth"), world.accepted("instant")
    assert numbers(world, "reviewer") == [instant, later]
    assert numbers(world, "reviewer", WorkFilter(sort="-due")) == [later, instant]
    assert numbers(world, "reviewer", WorkFilter(due="today")) == [instant]
    assert numbers(world, "reviewer", WorkFilter(due="overdue")) == []
    tomorrow = world.now + timedelta(days=1)
    assert numbers(world, "reviewer", WorkFilter(due="overdue"), now=tomorrow) == [instant]
    assert set(numbers(world, "reviewer", WorkFilter(due="week"))) == {instant, later}


def test_pages_split_the_list_without_loss(world: World) -> None:
    every = {world.submitted("birth").number for _one in range(5)}
    pages = [cases.work_list(world.clerk, page=page, size=2, now=world.now) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert {row.number for page in pages for row in page.items} == every
    assert pages[0].total == 5
    with pytest.raises(Invalid):
        cases.work_list(world.clerk, page=0)


def test_a_list_costs_the_same_queries_however_long_it_is(world: World) -> None:
    world.submitted("birth")
    short = queries(lambda: cases.work_list(world.clerk, WorkFilter(text="出生"), now=world.now))
    mine = queries(lambda: cases.my_cases(world.li))
    for _one in range(6):
        world.accepted("birth")
    assert queries(lambda: cases.work_list(world.clerk, WorkFilter(text="出生"), now=world.now)) == short <= 4
    assert queries(lambda: cases.my_cases(world.li)) == mine <= 2


def test_the_applicant_sees_the_own_cases_and_for_a_company_the_companys(world: World) -> None:
    number = world.submitted("birth").number
    assert [row.number for row in cases.my_cases(world.li).items] == [number]
    assert cases.my_cases(world.zhao).items == ()
    assert cases.my_cases(replace(world.li, company="91519901MA00000001")).items == ()
    with pytest.raises(SignInNeeded):
        cases.my_cases(NOBODY)


def test_the_assessment_gets_facts(world: World) -> None:
    birth = world.decided("birth")
    open_ = world.submitted("household").number
    rows = {row.number: row for row in cases.rows_for_assessment()}
    assert list(rows) == sorted(rows)
    done, waiting = rows[birth.number], rows[open_]
    assert (done.state, done.decision, done.visits, done.channel) == ("10", "approve", 0, "online")
    assert done.accepted_on == done.decided_on == done.delivered_on == datetime(2026, 11, 24, tzinfo=UTC).date()
    assert done.due_promised is not None
    assert done.department_kind == "mz"
    assert (waiting.asked, waiting.fetched, waiting.accepted_on) == (2, 2, None)
