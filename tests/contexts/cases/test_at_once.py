"""Many at once, on real transactions: one effect each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from shudao.contexts.cases import api as cases
from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import StepNotAllowed
from shudao.contexts.licences.models import Licence
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import ShudaoError
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import WUHOU
from tests.support.cases import World, staff

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50
THREADS = 10


def together(act: Callable[[int], Any]) -> list[Any]:
    """Do it MANY times, THREADS at once; return results and refusals."""
    start = Barrier(THREADS)

    def one(number: int) -> Any:
        if number < THREADS:
            start.wait(timeout=30)
        try:
            return act(number)
        except ShudaoError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(MANY)))


def test_fifty_officers_decide_one_case_once(world: World) -> None:
    number = world.accepted("birth")
    officers = [
        staff(f"officer{one}", Role.REVIEWER, department=world.department, division=WUHOU, now=world.now)
        for one in range(MANY)
    ]
    results = together(lambda one: world.decide(number, by=officers[one]))
    outcome = Counter(type(result).__name__ for result in results)
    assert outcome == {"CaseRow": 1, "StepNotAllowed": MANY - 1}
    assert all(result.status == 409 for result in results if isinstance(result, StepNotAllowed))
    assert Licence.objects.count() == 1
    assert models.CaseStep.objects.filter(action="decide").count() == 1


def test_one_key_submitted_fifty_times_opens_one_case_and_tells_one_secret(world: World) -> None:
    draft = world.filled("birth")
    results = together(lambda _one: cases.submit(draft=draft.id, acting=world.li, now=world.now, key="same"))
    assert {type(result).__name__ for result in results} == {"CaseOpened"}
    assert len({(result.number, result.secret) for result in results}) == 1
    assert models.Case.objects.count() == 1
    assert cases.track(results[0].number, results[0].secret, now=world.now).number == results[0].number


def test_one_draft_submitted_under_fifty_keys_opens_one_case(world: World) -> None:
    draft = world.filled("birth")
    results = together(lambda _one: cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id()))
    assert Counter(type(result).__name__ for result in results) == {"CaseOpened": 1, "AlreadySubmitted": MANY - 1}


def test_cases_of_one_matter_and_day_get_numbers_without_a_gap(world: World) -> None:
    drafts = [world.filled("birth") for _one in range(20)]
    results = together(
        lambda one: cases.submit(draft=drafts[one % 20].id, acting=world.li, now=world.now, key=f"key-{one % 20}")
    )
    assert sorted({result.number[-4:] for result in results}) == [f"{one:04d}" for one in range(1, 21)]


def test_sources_asked_twice_at_once_leave_one_list_of_materials(world: World) -> None:
    draft = world.draft("household")
    together(lambda _one: cases.resolve_materials(draft=draft.id, acting=world.li, now=world.now))
    assert models.CaseMaterial.objects.filter(draft_id=draft.id).count() == 5
