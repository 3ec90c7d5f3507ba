"""The legal registry: what rests on an article, and what happens when it is amended or repealed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import (
    AlreadyDecided,
    LawChangeInvalid,
    LawChangeKind,
    LawChangeOpen,
    LawChangeState,
    LawRepealed,
    LawStatus,
    Loaded,
    MatterNotFound,
    SamePerson,
    WantedChange,
)
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.texts import Text
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import ITEM, raw
from tests.contexts.matters.places import GUANGAN, WUHOU
from tests.support.cases import staff

HERE = str(ITEM["catalog_code"])
PROVINCE = "510000000000"
Keeper = Callable[..., Actor]
REPEAL = WantedChange(
    article="tst:1",
    kind=LawChangeKind.REPEAL,
    act="国务院令第800号",
    effective_on=date(2026, 11, 24),
    reason="条例已经废止",
)
AMEND = replace(
    REPEAL,
    kind=LawChangeKind.AMEND,
    title=Text("登记（修订）", "Registration (amended)"),
    says=Text("应当在十日内登记。", "Register within ten days."),
)


@pytest.fixture
def keeper(counties: None, noon: datetime) -> Keeper:
    """A keeper of the law at the province's service office."""

    def do(name: str, kind: str = "zw", division: str = PROVINCE) -> Actor:
        body = identity.department_code(kind, division)
        return staff(name, Role.MATTER_MANAGER, department=body, division=division, now=noon)

    return do


def repeal(keeper: Keeper, noon: datetime, wanted: WantedChange = REPEAL) -> Any:
    first, second = keeper("first"), keeper("second")
    made = api.propose_law_change(wanted=wanted, acting=first, now=noon, key="p")
    return api.confirm_law_change(number=made.number, acting=second, now=noon, key="c")


ADDED = {
    "item": "test-registration",
    "within": ["5116"],
    "levels": ["4"],
    "set": {"materials_add": [{**ITEM["materials"][0], "code": "extra", "by_law": ["tst:2"]}]},
    "reason": "当地需要",
    "reason_en": "Needed there",
}
REMOVED = {
    "item": "test-registration",
    "within": ["5101"],
    "set": {"materials_remove": ["id-card"]},
    "reason": "本地可以查到",
    "reason_en": "Known there",
}


def test_every_place_of_an_item_that_cites_an_article_is_listed(load: Load) -> None:
    load()
    found = api.impact("tst:1")
    (item,) = found.items
    assert [(one.place, one.part) for one in item.places] == [("matter", ""), ("legal", ""), ("material", "id-card")]
    assert item.department == identity.department_code("mz", PROVINCE)
    assert (item.catalog_code, item.implementations, found.implementations) == (HERE, 10, 10)


def test_implementations_are_counted_by_division(load: Load) -> None:
    load()
    assert {one.division: one.implementations for one in api.impact("tst:1").divisions} == {
        "510100000000": 5,
        "511600000000": 5,
    }
    inside = api.impact("tst:1", division=GUANGAN)
    assert inside.implementations == 5
    assert inside.divisions[0].division == GUANGAN
    assert inside.divisions[0].implementations == 1


def test_what_a_place_adds_or_removes_counts_exactly(load: Load) -> None:
    only_material = raw(by_law=["tst:2"], legal={"days": 20, "unit": "1", "basis": ["tst:2"]}, levels=[4])
    load([only_material], overrides=[ADDED, REMOVED])
    assert {one.division: one.implementations for one in api.impact("tst:1").divisions} == {"511600000000": 1}
    assert api.impact("tst:2").implementations == 2
    places = [(one.place, one.part) for item in api.impact("tst:2").items for one in item.places]
    assert places == [("matter", ""), ("legal", "")]


def test_an_unknown_article_is_not_found(load: Load) -> None:
    load()
    with pytest.raises(MatterNotFound):
        api.impact("tst:77")


def test_the_command_prints_one_object(load: Load) -> None:
    load()
    said = StringIO()
    call_command("matters", "impact", "tst:1", "--json", stdout=said)
    told = json.loads(said.getvalue().splitlines()[-1])
    assert (told["article"], told["implementations"], len(told["items"])) == ("tst:1", 10, 1)
    assert sum(told["divisions"].values()) == 10


def test_a_repeal_needs_two_people_and_opens_a_duty(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    first, second = keeper("first"), keeper("second")
    made = api.propose_law_change(wanted=REPEAL, acting=first, now=noon, key="p")
    assert api.article("tst:1").status is LawStatus.IN_FORCE
    with pytest.raises(SamePerson):
        api.confirm_law_change(number=made.number, acting=first, now=noon, key="c")
    done = api.confirm_law_change(number=made.number, acting=second, now=noon, key="c")
    assert done.state is LawChangeState.APPLIED
    article = api.article("tst:1")
    assert (article.status, article.version, article.repealed_on) == (LawStatus.REPEALED, 2, REPEAL.effective_on)
    (duty,) = duties.listing(subject=HERE).items
    assert (duty.kind, duty.owner) == ("matters.revise", identity.department_code("mz", PROVINCE))
    assert duty.due_on > REPEAL.effective_on
    assert duty.evidence["article"] == "tst:1"
    assert {one.action for one in audit.entries(target=made.number)} == {
        "matters.law_proposed",
        "matters.law_confirmed",
    }


def test_a_repeat_of_the_confirmation_opens_nothing_twice(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    made = repeal(keeper, noon)
    with pytest.raises(AlreadyDecided):
        api.confirm_law_change(number=made.number, acting=keeper("third"), now=noon, key="again")
    assert duties.listing(subject=HERE).total == 1


def test_an_amendment_keeps_how_the_article_read(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    repeal(keeper, noon, AMEND)
    now, then = api.readings("tst:1")
    assert (now.version, now.says.zh, now.status) == (2, "应当在十日内登记。", LawStatus.AMENDED)
    assert (then.version, then.says.zh, then.until) == (1, "应当登记。", noon)
    assert api.document("tst").status is LawStatus.AMENDED


def test_a_change_of_the_future_waits_for_its_day(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    later = replace(REPEAL, effective_on=date(2027, 3, 1))
    assert repeal(keeper, noon, later).state is LawChangeState.CONFIRMED
    assert api.article("tst:1").status is LawStatus.IN_FORCE
    assert duties.listing(subject=HERE).items[0].due_on == date(2027, 3, 1)
    assert api.apply_law_changes(now=noon) == 0
    assert api.apply_law_changes(now=noon + timedelta(days=120)) == 1
    assert api.article("tst:1").status is LawStatus.REPEALED


def test_a_body_owes_what_it_added_itself(load: Load, keeper: Keeper, noon: datetime) -> None:
    load([raw(levels=[4])], overrides=[ADDED])
    repeal(keeper, noon, replace(REPEAL, article="tst:2"))
    (duty,) = duties.listing(kind="matters.revise_own").items
    assert (duty.owner, duty.subject) == (identity.department_code("mz", GUANGAN), HERE)


def test_a_document_of_which_nothing_is_left_is_repealed(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    repeal(keeper, noon)
    assert api.document("tst").status is LawStatus.AMENDED
    made = api.propose_law_change(wanted=replace(REPEAL, article="tst:2"), acting=keeper("a"), now=noon, key="2")
    api.confirm_law_change(number=made.number, acting=keeper("b"), now=noon, key="2")
    document = api.document("tst")
    assert (document.status, document.days.repealed) == (LawStatus.REPEALED, REPEAL.effective_on)


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        (replace(REPEAL, act=" ", reason=""), {"act", "reason"}),
        (replace(AMEND, title=Text("只有中文")), {"title"}),
        (replace(AMEND, says=Text("长" * 2001, "long")), {"says"}),
    ],
)
def test_what_lacks_is_told(load: Load, keeper: Keeper, noon: datetime, wanted: WantedChange, fields: set[str]) -> None:
    load()
    with pytest.raises(LawChangeInvalid) as refused:
        api.propose_law_change(wanted=wanted, acting=keeper("first"), now=noon, key="p")
    assert set(refused.value.fields) == fields


def test_one_change_at_a_time_and_none_of_what_is_gone(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    first = keeper("first")
    made = api.propose_law_change(wanted=REPEAL, acting=first, now=noon, key="1")
    with pytest.raises(LawChangeOpen):
        api.propose_law_change(wanted=AMEND, acting=first, now=noon, key="2")
    assert (
        api.refuse_law_change(number=made.number, reason="登记有误", acting=first, now=noon, key="3").state
        == "withdrawn"
    )
    again = api.propose_law_change(wanted=REPEAL, acting=first, now=noon, key="4")
    api.confirm_law_change(number=again.number, acting=keeper("second"), now=noon, key="5")
    with pytest.raises(LawRepealed):
        api.propose_law_change(wanted=AMEND, acting=first, now=noon, key="6")


@pytest.mark.parametrize(("kind", "division"), [("mz", PROVINCE), ("zw", WUHOU)])
def test_the_law_is_kept_by_its_keepers_alone(
    load: Load, keeper: Keeper, noon: datetime, kind: str, division: str
) -> None:
    load()
    with pytest.raises(Forbidden):
        api.propose_law_change(wanted=REPEAL, acting=keeper("else", kind, division), now=noon, key="p")
    with pytest.raises(SignInNeeded):
        api.propose_law_change(wanted=REPEAL, acting=Actor("", "anonymous"), now=noon, key="p")


def test_a_load_leaves_what_the_office_changed_until_told(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    repeal(keeper, noon, AMEND)
    assert load().kept == ("tst:1",)
    assert api.article("tst:1").says.zh == "应当在十日内登记。"
    told: Loaded = load(overwrite=True)
    assert told.kept == ()
    article = api.article("tst:1")
    assert (article.says.zh, article.version, article.status) == ("应当登记。", 3, LawStatus.IN_FORCE)
    assert api.document("tst").status is LawStatus.IN_FORCE


def test_the_registry_is_found_sorted_and_paged(load: Load) -> None:
    load()
    assert [one.code for one in api.documents(text="应当登记").items] == ["tst"]
    assert api.documents(text="没有这样的").total == 0
    assert api.documents(kind="law").total == 0
    (one,) = api.documents(status=LawStatus.IN_FORCE).items
    assert (one.articles, one.cited_by) == (2, 1)
    assert [one.number for one in api.articles_of("tst")] == ["1", "2"]
    assert api.citing(["tst:1", "tst:2"]) == {"tst:1": frozenset({HERE}), "tst:2": frozenset()}


def test_programmes_read_the_registry_and_staff_the_impact(load: Load, keeper: Keeper, noon: datetime) -> None:
    load()
    client = Client(HTTP_HOST="localhost")
    answer = client.get("/api/v1/matters/registry/documents", {"text": "测试"}).json()
    assert answer["items"][0]["cited_by"] == 1, answer
    assert len(client.get("/api/v1/matters/registry/documents/tst").json()["articles"]) == 2
    assert client.get("/api/v1/matters/laws/tst:1/readings").json()[0]["version"] == 1
    assert client.get(f"/api/v1/matters/items/{HERE}/life").json()["state"] == "1"
    assert client.get(f"/api/v1/matters/items/{HERE}/differences?before=1&after=1").json() == []
    assert client.get("/api/v1/matters/laws/tst:1/impact").status_code == 401
    client.force_login(get_user_model().objects.get(public_id=keeper("first").account))
    assert client.get("/api/v1/matters/laws/tst:1/impact").json()["implementations"] == 10
