"""One case from the draft to the delivered licence."""

from __future__ import annotations

from datetime import date

import pytest

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import How, NeedState, State
from shudao.contexts.licences import api as licences
from shudao.foundation.audit import api as audit
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.kernel.ids import new_id
from tests.support.cases import World, resident_id

pytestmark = pytest.mark.django_db


def test_a_licence_issued_here_and_granted_data_are_never_asked_for(world: World) -> None:
    birth = world.decided("birth")
    assert birth.licence
    draft = world.filled("household")
    by_code = {need.code: need for need in draft.needs}
    assert by_code["birth"].how is How.LICENCE
    assert by_code["birth"].evidence == birth.licence
    assert birth.licence in by_code["birth"].why.zh
    assert by_code["parents"].how is How.EXCHANGE
    assert by_code["parents"].evidence == "00-42"
    assert [fact.value for fact in by_code["parents"].facts] == ["李秀兰", "四川省成都市武侯区幸福路1号"]
    assert by_code["consent"].state is NeedState.UPLOADED
    assert by_code["photo"].state is NeedState.ASKED
    assert by_code["extra"].state is NeedState.OPTIONAL


def test_the_whole_road_from_submission_to_a_valid_licence(world: World) -> None:
    opened = world.submitted("household")
    assert len(opened.number) == 43
    assert opened.number.startswith(world.task("household") + "20261124")
    assert len(opened.secret) == 12
    assert opened.answer_by == date(2026, 12, 1)

    accepted = cases.accept(case=opened.number, acting=world.clerk, now=world.now, key=new_id())
    assert accepted.state is State.ACCEPTED
    assert accepted.due_promised == date(2026, 12, 1)
    assert accepted.due_legal == date(2026, 12, 22)

    files = {"photo": world.paper()}
    cases.supplement(case=opened.number, files=files, acting=world.li, now=world.now, key=new_id())
    done = world.decide(opened.number)
    assert done.state is State.DONE
    assert done.delivered_at is not None
    assert done.visits == 0

    verdict = licences.verify_number(done.licence, now=world.now)
    assert verdict.valid
    licence = licences.get(done.licence)
    assert licence.fields == {
        "name": "李小宝",
        "address": "四川省成都市武侯区幸福路1号",
        "registered_on": "2026-11-24",
        "relation": "子女",
    }
    assert licence.holder == world.li.person

    said = [entry.action for entry in reversed(audit.entries(case=opened.number))]
    assert said[:2] == ["cases.submit", "cases.accept"]
    assert said.index("cases.decide") < said.index("licences.issue") < said.index("cases.deliver")
    subjects = [message.subject.zh for message in messages.inbox(world.li.account).items]
    assert len([one for one in subjects if "新生儿落户" in one]) == 4

    view = cases.case(opened.number, acting=world.li)
    assert [step.name.zh for step in view.steps] == ["收件", "受理", "补交材料", "作出决定", "送达"]
    assert view.legal is not None
    assert view.legal.explanation
    progress = cases.track(opened.number, opened.secret.lower(), now=world.now)
    assert progress.state is State.DONE
    assert not any(step.opinion or step.by for step in progress.steps)


def test_an_instant_matter_is_due_on_the_day_it_is_accepted(world: World) -> None:
    number = world.accepted("instant")
    row = cases.case(number, acting=world.li).row
    assert row.due_promised == date(2026, 11, 24)
    assert world.decide(number).licence == ""


def test_a_refusal_says_why_on_what_basis_and_what_can_be_done(world: World) -> None:
    row = world.decided("birth", "refuse")
    assert (row.state, row.decision, row.licence) == (State.DONE, "refuse", "")
    last = cases.case(row.number, acting=world.li).steps[-2]
    assert last.opinion
    assert last.basis
    assert last.remedy


def test_a_case_at_the_window_costs_one_visit_however_much_happens_that_day_there(world: World) -> None:
    draft = cases.intake(
        task_code=world.task("at-window"),
        resident_id=resident_id(3),
        name="周大爷",
        phone="13900005678",
        place=world.hall,
        delivery="pickup",
        acting=world.clerk,
        now=world.now,
        key=new_id(),
    )
    cases.save_draft(draft=draft.id, data={"name": "周大爷", "phone": "13900005678"}, acting=world.clerk, now=world.now)
    opened = cases.submit(draft=draft.id, acting=world.clerk, now=world.now, key=new_id())
    cases.accept(case=opened.number, acting=world.clerk, now=world.now, key=new_id())
    row = world.decide(opened.number)
    assert row.delivered_at is None
    row = cases.deliver(case=opened.number, acting=world.clerk, now=world.now, key=new_id())
    view = cases.case(opened.number, acting=world.clerk)
    assert [visit.purpose for visit in view.visits] == ["submit", "pickup"]
    assert row.visits == 1


def test_who_came_to_the_window_is_told_in_the_account_that_they_have(world: World) -> None:
    person = identity.person(world.zhao.person)
    draft = cases.intake(
        task_code=world.task("at-window"),
        resident_id=resident_id(2),
        name=person.name,
        phone="13900001234",
        place=world.hall,
        acting=world.clerk,
        now=world.now,
        key=new_id(),
    )
    cases.save_draft(draft=draft.id, data={"name": "赵一曼", "phone": "13900001234"}, acting=world.clerk, now=world.now)
    opened = cases.submit(draft=draft.id, acting=world.clerk, now=world.now, key=new_id())
    cases.accept(case=opened.number, acting=world.clerk, now=world.now, key=new_id())
    world.decide(opened.number)
    told = [message for message in messages.inbox(world.zhao.account).items if message.about == opened.number]
    assert len(told) >= 3
    assert not messages.inbox(world.clerk.account).items, "the clerk's own mailbox is not the applicant's"
