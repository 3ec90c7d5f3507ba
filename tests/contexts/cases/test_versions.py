"""A case keeps the version of the matter that it was opened under, whatever becomes of the matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import State
from shudao.contexts.cases.models import Case
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import AdoptionState, MatterNotOffered, TimeLimit
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import WUHOU
from tests.support.cases import World, staff


def publish(world: World, **changes: object) -> None:
    """A revision by two people, accepted by every body."""
    first, second = (staff(f"manager-{new_id()}", Role.MATTER_MANAGER, now=world.now) for _ in range(2))
    code = matters.basic_item("birth").catalog_code
    made = matters.begin_revision(catalog_code=code, acting=first, now=world.now, key=new_id())
    item = replace(made.item, **changes)
    act = {"number": made.number, "now": world.now}
    matters.save_revision(**act, item=item, note="修订", acting=first, key=new_id())
    matters.submit_revision(**act, acting=first, key=new_id())
    matters.approve_revision(**act, acting=second, key=new_id())
    outbox.drain()
    for one in matters.adoptions(item=code, state=AdoptionState.OPEN, size=200).items:
        matters.accept_version(number=one.number, acting=first, now=world.now, key=new_id())


def test_a_case_under_way_keeps_its_version(world: World) -> None:
    number = world.accepted("birth")
    before, due = matters.implementation_at("birth", WUHOU), cases.case(number, acting=world.reviewer).promised
    publish(world, promised=TimeLimit(before.legal.amount, before.legal.unit), project_type="2")
    now = matters.implementation_at("birth", WUHOU)
    assert (now.version, now.promised.amount) == (before.version + 1, before.legal.amount)
    kept = matters.implementation(before.task_code, version=before.version)
    assert kept == before
    assert cases.case(number, acting=world.reviewer).promised == due
    assert Case.objects.get(number=number).draft.version == before.version
    assert world.decide(number).state is State.DONE


def test_what_is_suspended_takes_no_new_case_and_finishes_the_old(world: World) -> None:
    number = world.accepted("birth")
    code = matters.basic_item("birth").catalog_code
    manager = staff("manager", Role.MATTER_MANAGER, now=world.now)
    matters.change_item_state(catalog_code=code, state="2", reason="维护", acting=manager, now=world.now, key=new_id())
    with pytest.raises(MatterNotOffered):
        world.draft("birth")
    assert world.decide(number).state is State.DONE
