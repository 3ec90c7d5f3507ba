"""The sources of materials, on the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Draft, How, MaterialMissing, MaterialNeed, NeedState
from shudao.contexts.cases.services import sources
from shudao.contexts.exchange.contracts.answers import UnavailableReason
from shudao.contexts.licences import api as licences
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import Invalid
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date
from tests.contexts.matters.places import WUHOU
from tests.support.cases import FORM, World, answering, silent

pytestmark = pytest.mark.django_db


def resolved(world: World, draft: Draft) -> dict[str, MaterialNeed]:
    found = cases.resolve_materials(draft=draft.id, acting=world.li, now=world.now)
    return {need.code: need for need in found.needs}


def test_the_gateway_stopped_the_material_is_asked_for_and_it_says_why(world: World, gateway: Any) -> None:
    gateway(silent(UnavailableReason.GATEWAY_DOWN, "共享网关当前不可用。", "The gateway is down."))
    need = resolved(world, world.draft())["parents"]
    assert (need.how, need.state) == (How.APPLICANT, NeedState.ASKED)
    assert need.why.zh == "共享网关当前不可用；请您提供。"
    assert need.missing


def test_the_gateway_back_again_the_material_is_fetched_after_all(world: World, gateway: Any) -> None:
    draft = world.draft()
    gateway(silent(UnavailableReason.GATEWAY_DOWN, "共享网关当前不可用。", "The gateway is down."))
    assert resolved(world, draft)["parents"].state is NeedState.ASKED
    gateway(answering(name="李秀兰", hukou_address="成都"))
    assert resolved(world, draft)["parents"].state is NeedState.FETCHED


def test_the_call_names_the_draft_as_its_case_and_only_the_fields_needed(world: World, gateway: Any) -> None:
    ask = gateway(answering(name="李秀兰", hukou_address="成都"))
    draft = world.draft()
    resolved(world, draft)
    (call,) = ask.asked
    assert call["case"] == draft.id
    assert call["fields"] == ("name", "hukou_address")
    assert call["purpose"] == "handling"


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_gateway_is_asked(world: World, gateway: Any) -> None:
    seen: list[bool] = []
    answer = answering(name="李秀兰", hukou_address="成都")

    def ask(**asked: Any) -> Any:
        seen.append(transaction.get_connection().in_atomic_block)
        return answer(**asked)

    gateway(ask)
    draft = world.draft()
    cases.save_draft(draft=draft.id, data=FORM, acting=world.li, now=world.now)
    with pytest.raises(MaterialMissing):
        cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id())
    assert seen == [False]


def test_a_file_given_stays_when_the_sources_are_asked_again(world: World) -> None:
    draft = world.draft()
    resolved(world, draft)
    cases.attach(draft=draft.id, material="parents", file=world.paper(), acting=world.li, now=world.now)
    need = resolved(world, draft)["parents"]
    assert (need.how, need.state, need.facts) == (How.APPLICANT, NeedState.UPLOADED, ())


def test_a_file_for_a_material_that_is_not_wanted_is_refused(world: World) -> None:
    draft = world.draft()
    resolved(world, draft)
    with pytest.raises(Invalid) as caught:
        cases.attach(draft=draft.id, material="passport", file=world.paper(), acting=world.li, now=world.now)
    assert list(caught.value.fields) == ["material:passport"]


def test_a_paper_given_once_is_offered_again_from_the_library(world: World) -> None:
    first = world.submitted("household")
    need = resolved(world, world.draft())["consent"]
    assert (need.how, need.state) == (How.LIBRARY, NeedState.FETCHED)
    assert "2026-11-24" in need.why.zh
    assert need.file == next(
        one.file for one in cases.case(first.number, acting=world.li).needs if one.code == "consent"
    )


def test_nobody_elses_paper_is_in_ones_library(world: World) -> None:
    world.submitted("household")
    draft = world.draft(by=world.zhao)
    needs = cases.resolve_materials(draft=draft.id, acting=world.zhao, now=world.now).needs
    assert next(need for need in needs if need.code == "consent").state is NeedState.ASKED


def test_a_revoked_licence_is_not_reused(world: World) -> None:
    birth = world.decided("birth")
    licences.revoke(number=birth.licence, reason="签发有误", acting=SYSTEM, now=world.now, key=new_id())
    need = resolved(world, world.draft())["birth"]
    assert need.state is NeedState.ASKED
    assert "没有您名下有效的该证照" in need.why.zh


def test_a_plan_fetches_nothing(world: World, gateway: Any) -> None:
    ask = gateway(answering(name="x", hukou_address="y"))
    birth = world.decided("birth")
    plan = cases.plan(task_code=world.task(), applicant=world.li.person, acting=world.li, now=world.now)
    assert [(need.how, need.state) for need in plan.needs[:2]] == [
        (How.LICENCE, NeedState.FETCHED),
        (How.EXCHANGE, NeedState.PLANNED),
    ]
    assert plan.needs[0].evidence == birth.licence
    assert ask.asked == []


def test_fetched_data_and_form_lie_sealed_on_the_disk(world: World) -> None:
    draft = world.draft()
    data = FORM | {"resident_id": "519901199003070015"}
    cases.save_draft(draft=draft.id, data=data, acting=world.li, now=world.now)
    resolved(world, draft)
    with connection.cursor() as cursor:
        stored = b""
        for column, table in (("data", "cases_draft"), ("facts", "cases_casematerial")):
            cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608  names of this test
            stored += b"".join(bytes(row[0]) for row in cursor.fetchall())
    for plain in ("519901199003070015", "李小宝", "幸福路"):
        assert plain.encode() not in stored
    assert cases.draft(draft.id, acting=world.li).data == data


def test_a_case_shows_resident_ids_masked(world: World) -> None:
    draft = world.filled("birth")
    data = FORM | {"resident_id": world_id()}
    cases.save_draft(draft=draft.id, data=data, acting=world.li, now=world.now)
    number = cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id()).number
    shown = cases.case(number, acting=world.reviewer).data["resident_id"]
    assert shown != world_id()
    assert "*" in str(shown)


def world_id() -> str:
    from tests.support.cases import resident_id

    return resident_id(77)


def test_a_licence_that_names_somebody_else_is_not_the_applicants_paper(world: World) -> None:
    for name in ("李小宝", "李秀兰"):
        found = sources.licences_of(sources.Asking(world.li.person, "", "C"), now=world.now)
        assert "resident-household-page" not in found
        licences.issue(
            type_code="resident-household-page",
            holder_kind="person",
            holder=world.li.person,
            holder_name="李秀兰",
            case="",
            task_code="",
            fields={"name": name, "registered_on": "2026-11-24"},
            division=WUHOU,
            department=world.department,
            valid_from=local_date(world.now),
            valid_to=None,
            acting=SYSTEM,
            now=world.now,
            key=new_id(),
        )
    found = sources.licences_of(sources.Asking(world.li.person, "", "C"), now=world.now)
    assert "resident-household-page" in found
