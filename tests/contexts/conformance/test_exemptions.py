"""A finding may stand with a legal basis, until a day, if somebody else agrees: and no longer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shudao.contexts.conformance import api, models
from shudao.contexts.conformance.contracts.findings import (
    ExemptionInvalid,
    ExemptionSettled,
    ExemptionState,
    FindingNotOpen,
    FindingState,
    OwnExemption,
)
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, ShudaoError, SignInNeeded
from tests.contexts.conformance.test_check import LATER
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU
from tests.support.cases import staff

pytestmark = pytest.mark.django_db

UNTIL = date(2027, 6, 30)


@pytest.fixture
def number(load: Load, noon: datetime) -> str:
    """A slower county's finding; the only one."""
    load(items=[raw(levels=[4])], overrides=[LATER])
    api.check(now=noon)
    return str(models.Finding.objects.get().number)


@pytest.fixture
def manager(number: str, noon: datetime) -> Actor:
    return staff("manager", Role.MATTER_MANAGER, department=identity.department_code("mz", WUHOU), now=noon)


@pytest.fixture
def bureau(number: str, noon: datetime) -> Actor:
    return staff("bureau", Role.DATA_BUREAU, now=noon)


def ask(number: str, acting: Actor, noon: datetime, **changes: Any) -> Any:
    given = {"reason": "山区路远", "basis": ["tst:1"], "until": UNTIL, "key": "a"} | changes
    return api.ask_exemption(finding=number, acting=acting, now=noon, **given)


def decide(exemption: str, acting: Actor, noon: datetime, **changes: Any) -> Any:
    given = {"approved": True, "opinion": "同意", "key": "d"} | changes
    return api.decide_exemption(exemption=exemption, acting=acting, now=noon, **given)


def test_somebody_else_lets_it_stand_and_the_duty_ends(
    number: str, manager: Actor, bureau: Actor, noon: datetime
) -> None:
    asked = ask(number, manager, noon)
    assert api.asked_exemptions().total == 1
    assert decide(asked.number, bureau, noon).state is ExemptionState.APPROVED
    found = api.finding(number)
    assert (found.state, found.exempt_until) == (FindingState.EXEMPT, UNTIL)
    assert duties.get(found.duty).state is DutyState.CLOSED
    assert api.check(now=noon).opened == 0, "it is not opened a second time"
    trail = [one.action for one in audit.entries(target=number)]
    assert trail == ["conformance.exemption_decided", "conformance.exemption_asked", "conformance.open"]


def test_asking_twice_with_one_key_asks_once(number: str, manager: Actor, noon: datetime) -> None:
    assert ask(number, manager, noon) == ask(number, manager, noon)
    with pytest.raises(FindingNotOpen):
        ask(number, manager, noon, key="b")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 501}, "reason"),
        ({"basis": []}, "basis"),
        ({"basis": ["tst:1", "tst:99"]}, "basis"),
        ({"until": date(2026, 11, 24)}, "until"),
        ({"until": date(2029, 1, 1)}, "until"),
    ],
)
def test_what_lacks_a_part_is_refused(
    number: str, manager: Actor, noon: datetime, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ExemptionInvalid) as refused:
        ask(number, manager, noon, **changes)
    assert set(refused.value.fields) == {field}


def test_only_the_department_asks(number: str, bureau: Actor, noon: datetime) -> None:
    stranger = staff("other", Role.MATTER_MANAGER, department=identity.department_code("mz", GUANGAN), now=noon)
    cases: list[tuple[Actor, type[ShudaoError]]] = [(stranger, Forbidden), (bureau, Forbidden), (NOBODY, SignInNeeded)]
    for acting, refusal in cases:
        with pytest.raises(refusal):
            ask(number, acting, noon)


def test_four_eyes(number: str, manager: Actor, bureau: Actor, noon: datetime) -> None:
    asked = ask(number, manager, noon).number
    both = identity.actor(staff("both", Role.DATA_BUREAU, department=manager.roles[0].department, now=noon).account)
    for acting, refusal in ((manager, Forbidden), (both, OwnExemption), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            decide(asked, acting, noon)
    decide(asked, bureau, noon)
    with pytest.raises(ExemptionSettled):
        decide(asked, bureau, noon, key="again")


def test_a_refusal_leaves_it_open_and_it_may_be_asked_again(
    number: str, manager: Actor, bureau: Actor, noon: datetime
) -> None:
    with pytest.raises(ExemptionInvalid):
        decide(ask(number, manager, noon).number, bureau, noon, opinion="")
    asked = api.exemptions(number)[0].number
    assert decide(asked, bureau, noon, approved=False, opinion="没有依据").state is ExemptionState.REFUSED
    assert api.finding(number).state is FindingState.OPEN
    assert ask(number, manager, noon, key="b").state is ExemptionState.ASKED


def test_past_its_day_it_is_open_again_with_a_new_duty(
    number: str, manager: Actor, bureau: Actor, noon: datetime
) -> None:
    decide(ask(number, manager, noon).number, bureau, noon)
    before = api.finding(number).duty
    last = datetime(2027, 6, 30, 4, tzinfo=noon.tzinfo)
    assert api.end_exemptions(now=last) == 0
    assert api.end_exemptions(now=last + timedelta(days=1)) == 1
    found = api.finding(number)
    assert found.state is FindingState.OPEN
    assert found.duty != before
    assert found.due_on > UNTIL
    assert api.end_exemptions(now=last + timedelta(days=2)) == 0


def test_other_values_are_not_what_was_allowed(
    number: str, manager: Actor, bureau: Actor, noon: datetime, load: Load
) -> None:
    decide(ask(number, manager, noon).number, bureau, noon)
    load(items=[raw(levels=[4])], overrides=[{**LATER, "set": {"promised": {"days": 15, "unit": "1"}}}])
    api.check(now=noon)
    assert api.finding(number).state is FindingState.OPEN
    assert api.exemptions(number)[0].state is ExemptionState.ENDED


def test_what_is_put_right_under_an_exception_is_closed(
    number: str, manager: Actor, bureau: Actor, noon: datetime, load: Load
) -> None:
    decide(ask(number, manager, noon).number, bureau, noon)
    load(items=[raw(levels=[4])])
    assert api.check(now=noon).closed == 1
    assert api.finding(number).state is FindingState.CLOSED
