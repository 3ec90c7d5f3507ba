"""Repeal, revision, review and adoption in the browser, by the people whose roles it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shudao.contexts.conformance import api as conformance
from shudao.contexts.conformance.contracts.findings import Filter, FindingState
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import AdoptionState, LawStatus
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.contexts.matters.conftest import Load, counties, extract, load
from tests.contexts.matters.life import HERE, PROVINCE
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN
from tests.faces.portal.conftest import browser
from tests.support.cases import staff

__all__ = ["counties", "extract", "load"]
Manager = Callable[..., Client]
LAW = "/office/laws/tst/1/"
ITEM = f"/office/matters/{HERE}/"


@pytest.fixture
def manager(load: Load, noon: datetime) -> Manager:
    """A matter manager's browser."""
    load([raw(levels=[4, 6], legal={"days": 20, "unit": "1", "basis": ["tst:2"]})])

    def do(name: str, kind: str = "zw", division: str = PROVINCE) -> Client:
        body = identity.department_code(kind, division)
        actor = staff(name, Role.MATTER_MANAGER, department=body, division=division, now=noon)
        client = browser()
        client.force_login(get_user_model().objects.get(public_id=actor.account))
        return client

    return do


def repeal(first: Client, second: Client) -> None:
    sent = {
        "act": "propose",
        "kind": "repeal",
        "act_name": "国务院令第800号",
        "reason": "条例废止",
        "effective_on-year": "2026",
        "effective_on-month": "11",
        "effective_on-day": "24",
        "key": new_id(),
    }
    assert first.post(LAW, sent).status_code == 302
    number = matters.law_changes(article="tst:1").items[0].number
    assert second.post(LAW, {"act": "confirm", "number": number, "key": new_id()}).status_code == 302


def form_of(client: Client, address: str) -> dict[str, object]:
    """What the draft's form would send as it stands."""
    sent: dict[str, object] = {}
    for section in client.get(address).context["sections"]:
        for one in section.fields:
            sent[one.name] = one.value
    return sent


def open_findings(subject: str) -> set[str]:
    """What conformance finds at an item or an implementation: rule and field."""
    outbox.drain()
    found = conformance.findings(Filter(subject=subject, state=FindingState.OPEN.value), size=200).items
    return {f"{one.rule.code}:{one.field}" for one in found}


def test_from_repeal_to_adoption(manager: Manager) -> None:
    task = matters.implementation_at(HERE, GUANGAN).task_code
    before = open_findings(HERE), open_findings(task)
    keeper, second = manager("keeper"), manager("second")
    page = keeper.get(LAW).content.decode()
    assert "影响：1 个事项，10 条实施清单" in page
    repeal(keeper, second)
    assert matters.article("tst:1").status is LawStatus.REPEALED
    assert (open_findings(HERE), open_findings(task)) != before
    author, reviewer = manager("author", "mz"), manager("reviewer", "mz")
    assert "依据已废止，请修订事项" in author.get("/office/duties/").content.decode()
    started = author.post(ITEM, {"act": "revise", "key": new_id()})
    edit = started["Location"]
    sent = form_of(author, edit) | {"by_law": "tst:2", "m0-by_law": "tst:2", "note": "改用新依据", "key": new_id()}
    shown = author.post(edit, sent)["Location"]
    assert author.post(shown, {"act": "submit", "note": "改用新依据", "key": new_id()}).status_code == 302
    assert "由另一位有权限的人员审核" in author.get(shown).content.decode()
    assert reviewer.post(shown, {"act": "approve", "key": new_id()}).status_code == 302
    outbox.drain()
    assert matters.impact("tst:1").items[0].places == ()
    assert {one.state for one in duties.listing(kind="matters.revise").items} == {DutyState.CLOSED}
    county = manager("county", "mz", GUANGAN)
    (owed,) = county.get("/office/adoptions/").context["page"].items
    address = f"/office/adoptions/{owed.number}/"
    assert "与现行实施清单相比" in county.get(address).content.decode()
    assert county.post(address, {"act": "accept", "key": new_id()}).status_code == 302
    assert matters.adoption(owed.number).state is AdoptionState.ACCEPTED
    assert matters.impact("tst:1").implementations == 5
    assert (open_findings(HERE), open_findings(task)) == before


def test_what_cites_a_repealed_article_is_not_submitted(manager: Manager) -> None:
    repeal(manager("keeper"), manager("second"))
    author = manager("author", "mz")
    shown = author.post(ITEM, {"act": "revise", "key": new_id()})["Location"].removesuffix("edit/")
    answer = author.post(shown, {"act": "submit", "note": "不改", "key": new_id()})
    assert answer.status_code == 422
    assert "引用的条文已经废止" in answer.content.decode()


def test_a_form_with_faults_comes_back_as_typed(manager: Manager) -> None:
    keeper = manager("keeper")
    answer = keeper.post(LAW, {"act": "propose", "kind": "amend", "act_name": "新令", "key": new_id()})
    assert answer.status_code == 422
    assert "请填写生效日期" in answer.content.decode()
    assert "新令" in answer.content.decode()
    author = manager("author", "mz")
    edit = author.post(ITEM, {"act": "revise", "key": new_id()})["Location"]
    answer = author.post(edit, form_of(author, edit) | {"visits": "many", "key": new_id()})
    assert answer.status_code == 422
    assert "请填写整数" in answer.content.decode()


def test_a_body_differs_with_a_reason(manager: Manager) -> None:
    author, reviewer = manager("author", "mz"), manager("reviewer", "mz")
    edit = author.post(ITEM, {"act": "revise", "key": new_id()})["Location"]
    sent = form_of(author, edit) | {"promised": "3", "note": "提速", "key": new_id()}
    shown = author.post(edit, sent)["Location"]
    author.post(shown, {"act": "submit", "note": "提速", "key": new_id()})
    reviewer.post(shown, {"act": "approve", "key": new_id()})
    outbox.drain()
    county = manager("county", "mz", GUANGAN)
    (owed,) = county.get("/office/adoptions/").context["page"].items
    address = f"/office/adoptions/{owed.number}/"
    form = {one.name: one.value for one in county.get(address).context["entries"]} | {"act": "differ", "promised": "6"}
    assert county.post(address, form | {"key": new_id()}).status_code == 422
    assert county.post(address, form | {"reason": "路途远", "key": new_id()}).status_code == 302
    assert matters.implementation_at(HERE, GUANGAN).promised.amount == 6


def test_a_body_changes_its_own_differences_at_any_time(manager: Manager) -> None:
    county, task = manager("county", "mz", GUANGAN), matters.implementation_at(HERE, GUANGAN).task_code
    address = f"/office/implementations/{task}/own/"
    assert address in county.get(f"/office/implementations/{task}/").content.decode()
    form = {one.name: one.value for one in county.get(address).context["entries"]}
    form |= {
        "act": "differ",
        "conditions": "符合条件。\r\n本地居民。",
        "conditions_en": "Met.\r\nLocals.",
        "reason": "试点",
    }
    assert county.post(address, form | {"key": new_id()}).status_code == 302
    matter = matters.implementation_at(HERE, GUANGAN)
    assert [(one.field, one.reason.zh) for one in matter.overrides] == [("conditions", "试点")]
    assert county.post(address, {"act": "drop", "key": new_id()}).status_code == 422
    assert county.post(address, {"act": "drop", "drop": ["conditions"], "key": new_id()}).status_code == 302
    assert matters.implementation_at(HERE, GUANGAN).overrides == ()
    assert manager("province", "mz").get(address).status_code == 403


def test_suspension_asks_for_a_reason(manager: Manager) -> None:
    author = manager("author", "mz")
    assert author.post(ITEM, {"act": "suspend", "key": new_id()}).status_code == 422
    assert author.post(ITEM, {"act": "suspend", "reason": "维护", "key": new_id()}).status_code == 302
    assert "恢复事项" in author.get(ITEM).content.decode()


def test_others_read_and_do_not_act(manager: Manager) -> None:
    county = manager("county", "mz", GUANGAN)
    assert "修订事项" not in county.get(ITEM).content.decode()
    assert county.post(ITEM, {"act": "revise", "key": new_id()}).status_code == 403
    assert county.post(LAW, {"act": "confirm", "number": "x", "key": new_id()}).status_code in (403, 404)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "address", ["laws/", "laws/tst/", "laws/tst/1/", "revisions/", "adoptions/", f"matters/{HERE}/versions/"]
)
def test_every_page_opens_in_both_languages(manager: Manager, address: str, language: str) -> None:
    client = manager("keeper")
    client.cookies["django_language"] = language
    assert client.get(f"/office/{address}").status_code == 200


@pytest.mark.parametrize("address", ["laws/", "revisions/", "adoptions/"])
def test_every_list_exports(manager: Manager, address: str) -> None:
    answer = manager("keeper").get(f"/office/{address}?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert b"".join(answer).decode().count(",") > 4  # type: ignore[arg-type]
