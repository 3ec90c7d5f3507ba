"""The life of a basic item: draft, review, publication now or on a day, suspension, cancellation, and loads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import (
    AlreadyDecided,
    CodeTaken,
    ItemStateWrong,
    MatterNotOffered,
    RevisionInvalid,
    RevisionOpen,
    RevisionState,
    SamePerson,
    TimeLimit,
)
from shudao.contexts.matters.events import ItemPublished
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.texts import Text
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.life import HERE, PROVINCE, Office
from tests.contexts.matters.makers import item, raw
from tests.contexts.matters.places import GUANGAN, WUHOU

FASTER = TimeLimit(3, "1")


@pytest.fixture
def office(load: Load, noon: datetime) -> Office:
    load()
    return Office(noon)


def test_a_draft_changes_nothing_until_somebody_else_approves_it(office: Office) -> None:
    made = office.submitted(promised=FASTER)
    assert (made.state, made.base_version) == (RevisionState.REVIEW, 1)
    assert office.accepted().version == 1
    with pytest.raises(SamePerson):
        api.approve_revision(number=made.number, acting=office.manager(), now=office.now, key=office.key())
    done = api.approve_revision(number=made.number, acting=office.manager("other"), now=office.now, key=office.key())
    assert (done.state, done.published_version) == (RevisionState.PUBLISHED, 2)
    accepted = office.accepted()
    assert (accepted.version, accepted.promised.amount) == (2, 3)
    assert ItemPublished.NAME in {one.action for one in audit.entries(target=HERE)}


def test_the_submitter_does_not_approve_what_another_one_wrote(office: Office) -> None:
    made = office.drafted(promised=FASTER)
    second = office.manager("second")
    api.submit_revision(number=made.number, acting=second, now=office.now, key=office.key())
    with pytest.raises(SamePerson):
        api.approve_revision(number=made.number, acting=second, now=office.now, key=office.key())


def test_what_is_approved_for_a_day_waits_for_it(office: Office) -> None:
    done = office.published(on=date(2026, 12, 1), promised=FASTER)
    assert (done.state, office.accepted().version) == (RevisionState.SCHEDULED, 1)
    assert api.publish_revisions(now=office.now) == 0
    assert api.publish_revisions(now=office.now + timedelta(days=7)) == 1
    assert office.accepted().version == 2
    assert api.publish_revisions(now=office.now + timedelta(days=7)) == 0


def test_what_was_returned_can_be_corrected_and_submitted_again(office: Office) -> None:
    made = office.submitted(promised=FASTER)
    reviewer = office.manager("reviewer")
    with pytest.raises(RevisionInvalid):
        api.return_revision(number=made.number, reason=" ", acting=reviewer, now=office.now, key=office.key())
    back = api.return_revision(number=made.number, reason="太短", acting=reviewer, now=office.now, key=office.key())
    assert (back.state, back.review_note) == (RevisionState.DRAFT, "太短")
    again = api.submit_revision(number=made.number, acting=office.manager(), now=office.now, key=office.key())
    assert again.state is RevisionState.REVIEW


def test_one_revision_at_a_time(office: Office) -> None:
    made = office.drafted(promised=FASTER)
    with pytest.raises(RevisionOpen):
        office.drafted()
    api.withdraw_revision(
        number=made.number, reason="不改了", acting=office.manager(), now=office.now, key=office.key()
    )
    assert office.drafted().state is RevisionState.DRAFT
    with pytest.raises(AlreadyDecided):
        api.submit_revision(number=made.number, acting=office.manager(), now=office.now, key=office.key())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promised": TimeLimit(30, "1")}, "promised"),
        ({"by_law": ("tst:77",)}, "by_law"),
        ({"task_type": "99"}, "task_type"),
        ({"visits": 2}, "visits"),
    ],
)
def test_what_breaks_a_rule_is_not_submitted(office: Office, changes: dict[str, object], field: str) -> None:
    made = office.drafted(**changes)
    with pytest.raises(RevisionInvalid) as refused:
        api.submit_revision(number=made.number, acting=office.manager(), now=office.now, key=office.key())
    assert field in refused.value.fields


def test_codes_and_business_line_stay(office: Office) -> None:
    made = office.drafted(catalog_code="510702900001", code="else", department_kind="ga")
    assert (made.item.catalog_code, made.item.code, made.item.department_kind) == (HERE, "test-registration", "mz")


@pytest.mark.parametrize(("kind", "division"), [("ga", PROVINCE), ("mz", GUANGAN)])
def test_others_do_not_touch_the_standard(office: Office, kind: str, division: str) -> None:
    with pytest.raises(Forbidden):
        api.begin_revision(catalog_code=HERE, acting=office.manager("x", kind, division), now=office.now, key="x")
    with pytest.raises(SignInNeeded):
        api.begin_revision(catalog_code=HERE, acting=Actor("", "anonymous"), now=office.now, key="y")


def test_a_new_item_is_drafted_reviewed_and_carried_out(office: Office) -> None:
    new = replace(item(), catalog_code="510702901000", code="new-registration", name=Text("新登记", "New registration"))
    with pytest.raises(CodeTaken):
        api.draft_item(item=replace(new, code="test-registration"), acting=office.manager(), now=office.now, key="1")
    made = api.draft_item(item=new, acting=office.manager(), now=office.now, key="2")
    api.submit_revision(number=made.number, note="新增", acting=office.manager(), now=office.now, key="3")
    api.approve_revision(number=made.number, acting=office.manager("reviewer"), now=office.now, key="4")
    outbox.drain()
    assert api.implementation_at("new-registration", WUHOU).version == 1
    assert [one.code for one in api.find(text="新登记", division=WUHOU).items] == ["new-registration"]


def test_suspended_resumed_and_cancelled_with_all_that_is_carried_out(office: Office) -> None:
    def to(state: str) -> None:
        api.change_item_state(
            catalog_code=HERE, state=state, reason="系统升级", acting=office.manager(), now=office.now, key=office.key()
        )

    first = api.implementation_at(HERE, WUHOU)
    to("2")
    assert not api.offered_here(HERE, WUHOU)
    assert api.implementation(first.task_code).state == "2"
    assert api.implementation(first.task_code, version=1) == first
    with pytest.raises(ItemStateWrong):
        to("2")
    to("1")
    assert api.implementation_at(HERE, WUHOU).version == 3
    to("3")
    with pytest.raises(MatterNotOffered):
        api.implementation_at(HERE, WUHOU)
    with pytest.raises(ItemStateWrong):
        to("1")
    assert api.item_life(HERE).state == "3"


def test_a_reason_is_asked_for(office: Office) -> None:
    with pytest.raises(RevisionInvalid):
        api.change_item_state(catalog_code=HERE, state="2", reason="", acting=office.manager(), now=office.now, key="1")


def test_versions_are_compared_field_by_field(office: Office) -> None:
    office.published(promised=FASTER, name=Text("测试登记（新）", "Test registration (new)"))
    found = api.compare_items(HERE, 1, 2)
    assert [one.field for one in found] == ["name", "promised"]
    assert (found[1].before.zh, found[1].after.zh) == ("5 工作日", "3 工作日")
    assert [one.field for one in api.compare_items(HERE, 2, 1)] == ["name", "promised"]
    assert api.compare_items(HERE, 2, 2) == ()


@pytest.mark.parametrize("act", ["publish", "suspend", "new"])
def test_a_load_leaves_what_the_office_did(office: Office, load: Load, act: str) -> None:
    if act == "publish":
        office.published(promised=FASTER)
    elif act == "suspend":
        api.change_item_state(
            catalog_code=HERE, state="2", reason="维护", acting=office.manager(), now=office.now, key="s"
        )
    before = api.item_life(HERE)
    codes = [one.task_code for one in api.of_department(identity.department_code("mz", WUHOU)).items]
    rows = [api.implementation(one) for one in codes]
    told = load()
    assert told.kept == (() if act == "new" else (HERE,))
    assert (told.changed, told.cancelled, told.new) == (0, 0, 0)
    assert api.item_life(HERE) == before
    assert codes
    assert [api.implementation(one) for one in codes] == rows


def test_a_load_that_is_told_to_overwrites(office: Office, load: Load) -> None:
    office.published(promised=FASTER)
    told = load(overwrite=True)
    assert (told.kept, told.new_item_versions, told.changed) == ((), 1, 10)
    assert office.accepted().promised.amount == 5
    assert load().kept == ()


def test_an_item_of_the_office_alone_outlives_a_load(office: Office, load: Load) -> None:
    office.published(promised=FASTER)
    other = raw(catalog_code="510702905000", code="other-registration", levels=[4])
    load([other])
    assert api.item_life(HERE).state == "1"
    assert api.offered_here(HERE, WUHOU)
