"""Ratings of finished cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shudao.contexts.cases.contracts import CaseNotFound
from shudao.contexts.participation import api, models
from shudao.contexts.participation.contracts import AlreadyRated, NotRateable, Rating, RatingWrong
from shudao.contexts.participation.events import BadRating
from shudao.contexts.participation.services import follow_up
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY
from shudao.foundation.duties import api as duties
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.support.cases import World

pytestmark = pytest.mark.django_db


def rate(world: World, case: str, level: int = 5, **changes: Any) -> Rating:
    return api.rate(**({"case": case, "level": level, "acting": world.li, "now": world.now, "key": new_id()} | changes))


def duties_of(world: World) -> list[Any]:
    return list(duties.listing(owner=world.department).items)


def test_the_applicant_rates_a_delivered_case_once(world: World) -> None:
    case = world.decided("birth").number
    rated = rate(world, case, 4, dimensions={"overall": 4, "platform": 3}, comment=" 很快 ", key="k")
    assert (rated.level, rated.comment, rated.channel, rated.department) == (4, "很快", "online", world.department)
    assert rate(world, case, 4, dimensions={"overall": 4, "platform": 3}, comment=" 很快 ", key="k") == rated
    with pytest.raises(AlreadyRated):
        rate(world, case, 1)
    assert api.rating_of(case) == rated
    assert api.ratings_of([case, "x"]) == {case: rated}
    assert [entry.action for entry in audit.entries(target=case, limit=1)] == ["participation.rate"]


def test_a_case_under_way_cannot_be_rated(world: World) -> None:
    with pytest.raises(NotRateable):
        rate(world, world.accepted("birth"))
    assert not models.Rating.objects.exists()


@pytest.mark.parametrize("who", ["zhao", "clerk", "reviewer"])
def test_nobody_but_the_applicant_rates(world: World, who: str) -> None:
    case = world.decided("birth").number
    with pytest.raises(CaseNotFound):
        rate(world, case, acting=getattr(world, who))
    with pytest.raises(CaseNotFound):
        rate(world, "1" * 43)


def test_number_and_secret_are_enough(world: World) -> None:
    opened = world.submitted("birth")
    from shudao.contexts.cases import api as cases

    cases.accept(case=opened.number, acting=world.clerk, now=world.now, key=new_id())
    world.decide(opened.number)
    with pytest.raises(CaseNotFound):
        rate(world, opened.number, acting=NOBODY, secret="000000000000")
    with pytest.raises(CaseNotFound):
        rate(world, opened.number, acting=NOBODY)
    assert rate(world, opened.number, acting=NOBODY, secret=opened.secret).level == 5


def test_a_rating_that_says_too_much_is_refused(world: World) -> None:
    case = world.decided("birth").number
    with pytest.raises(RatingWrong) as caught:
        rate(world, case, 7, dimensions={"attitude": 5}, comment="字" * 501)
    assert set(caught.value.fields) == {"level", "dimensions.attitude", "comment"}


@pytest.mark.parametrize(("level", "owed"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_bad_rating_is_owed_contact_within_a_working_day(world: World, level: int, owed: int) -> None:
    case = world.decided("birth").number
    rate(world, case, level)
    outbox.drain()
    found = duties_of(world)
    assert len(found) == owed
    for duty in found:
        assert (duty.subject, duty.due_on) == (case, date(2026, 11, 25))


def test_the_duty_is_opened_once_however_often_the_event_comes(world: World) -> None:
    case = world.decided("birth").number
    rate(world, case, 1)
    outbox.drain()
    event = BadRating(case=case, department=world.department, division="510107000000", level=1)
    follow_up.open_duty(event, now=world.now)
    assert len(duties_of(world)) == 1


def test_the_assessment_gets_facts(world: World) -> None:
    case = world.decided("birth").number
    rate(world, case, 2)
    (fact,) = api.rows_for_assessment()
    assert (fact.case, fact.level, fact.rated_on) == (case, 2, date(2026, 11, 24))
