"""A refusal is brought before the data bureau, which is on neither side; what it upholds, the source owes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    About,
    AlreadyAnswered,
    CorrectionState,
    Dispute,
    DisputeState,
    NoArbiter,
    NotRefused,
    Partial,
    TooLate,
    Verdict,
)
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import RequestState, ShareRequest
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from tests.contexts.exchange.conftest import PROVINCE, Staff, officer
from tests.contexts.exchange.disputing import Scene, bureau, scene

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
POLICE, CIVIL, BUREAU = (identity.department_code(kind, PROVINCE) for kind in ("ga", "mz", "sj"))
Refused = Callable[..., ShareRequest]


@pytest.fixture
def refused(scene: Scene, staff: Staff, ask_for: Callable[..., ShareRequest]) -> ShareRequest:
    """Civil affairs asked the police for names and birth dates and was refused."""
    asked = ask_for(system=scene.client, acting=staff.civil)
    return exchange.decide_request(
        number=asked.number, grant=False, opinion="用途不明", basis="条例", acting=staff.police, now=scene.now, key="no"
    )


@pytest.fixture
def uncorrected(scene: Scene, staff: Staff) -> str:
    """Wang said that the address is wrong and was refused."""
    return exchange.answer_correction(
        number=scene.report().number,
        verdict=Verdict.REFUSED,
        opinion="与底册一致",
        basis="户口登记条例",
        acting=staff.police,
        now=scene.now,
        key="no",
    ).number


def dispute(about: About, subject: str, scene: Scene, acting: Actor, **rest: Any) -> Dispute:
    parts: dict[str, Any] = {"reason": "办理救助确需核对", "now": scene.now, "key": f"d-{acting.account}"} | rest
    return exchange.raise_dispute(about=about, subject=subject, acting=acting, **parts)


def decide(number: str, verdict: DisputeState, scene: Scene, acting: Actor | None = None, **rest: Any) -> Dispute:
    who = acting or bureau()
    parts: dict[str, Any] = {"opinion": "经协调", "key": f"{verdict}-{who.account}"} | rest
    return exchange.decide_dispute(number=number, verdict=verdict, acting=who, now=scene.now, **parts)


def test_the_bureau_owes_a_decision_in_twenty_working_days(scene: Scene, staff: Staff, refused: ShareRequest) -> None:
    raised = dispute(About.REQUEST, refused.number, scene, staff.civil)
    assert (raised.department, raised.source, raised.bureau) == (CIVIL, POLICE, BUREAU)
    assert raised.due_on == date(2026, 12, 22)
    duty = duties.get(raised.duty)
    assert (duty.kind, duty.owner, duty.due_on) == ("exchange.dispute", BUREAU, raised.due_on)
    assert exchange.dispute_reason(raised.number) == "办理救助确需核对"
    row = models.Dispute.objects.get(number=raised.number)
    assert "救助".encode() not in bytes(row.reason)
    assert exchange.dispute_about(About.REQUEST, refused.number) == raised
    for department in (CIVIL, POLICE, BUREAU):
        assert exchange.disputes(departments=[department]).items == (raised,)


def test_an_upheld_request_is_made_anew_and_the_grant_is_owed_until_given(
    scene: Scene, staff: Staff, refused: ShareRequest
) -> None:
    raised = dispute(About.REQUEST, refused.number, scene, staff.civil)
    done = decide(raised.number, DisputeState.UPHELD, scene)
    anew = exchange.request(done.follow_up)
    assert (anew.state, anew.system, anew.fields) == (RequestState.PENDING, refused.system, refused.fields)
    assert anew.valid_to - anew.valid_from == refused.valid_to - refused.valid_from
    (owed,) = duties.listing(owner=POLICE, kind="exchange.upheld").items
    assert owed.evidence["request"] == anew.number
    exchange.decide_request(
        number=anew.number, grant=True, opinion="同意", acting=staff.police, now=scene.now, key="yes"
    )
    outbox.drain()
    assert duties.get(owed.number).state is DutyState.CLOSED
    assert duties.get(raised.duty).state is DutyState.CLOSED


def test_a_second_refusal_stays_owed(scene: Scene, staff: Staff, refused: ShareRequest) -> None:
    done = decide(dispute(About.REQUEST, refused.number, scene, staff.civil).number, DisputeState.UPHELD, scene)
    exchange.decide_request(
        number=done.follow_up, grant=False, opinion="仍不同意", basis="x", acting=staff.police, now=scene.now, key="no2"
    )
    outbox.drain()
    assert duties.listing(owner=POLICE, kind="exchange.upheld").items[0].state is DutyState.OPEN


def test_an_upheld_correction_waits_again_and_cannot_be_refused(scene: Scene, staff: Staff, uncorrected: str) -> None:
    raised = dispute(About.CORRECTION, uncorrected, scene, scene.wang)
    assert (raised.person, raised.department) == (scene.key, "")
    done = decide(raised.number, DisputeState.UPHELD, scene)
    again = exchange.correction(uncorrected)
    assert (done.follow_up, again.state, again.ordered_by) == (uncorrected, CorrectionState.OPEN, raised.number)
    assert duties.get(again.duty).state is DutyState.OPEN

    def answer(verdict: Verdict, key: str) -> Any:
        return exchange.answer_correction(
            number=uncorrected, verdict=verdict, opinion="x", basis="y", acting=staff.police, now=scene.now, key=key
        )

    with pytest.raises(RequestInvalid) as refusal:
        answer(Verdict.REFUSED, "again")
    assert "verdict" in refusal.value.fields
    scene.put_right()
    assert answer(Verdict.CORRECTED, "right").state is CorrectionState.CORRECTED
    outbox.drain()
    assert "异议核实结果：已更正" in [one.subject.zh for one in messages.inbox(scene.wang.account, size=50).items]


def test_a_rejection_has_a_basis_and_both_sides_are_told(scene: Scene, staff: Staff, refused: ShareRequest) -> None:
    raised = dispute(About.REQUEST, refused.number, scene, staff.civil)
    for fault in ({"basis": ""}, {"opinion": " ", "basis": "x"}):
        with pytest.raises(RequestInvalid):
            decide(raised.number, DisputeState.REJECTED, scene, **fault)
    with pytest.raises(RequestInvalid):
        decide(raised.number, DisputeState.OPEN, scene)
    done = decide(raised.number, DisputeState.REJECTED, scene, basis="条例第八条")
    outbox.drain()
    assert (done.state, done.basis, done.follow_up) == (DisputeState.REJECTED, "条例第八条", "")
    for side in (CIVIL, POLICE):
        assert "争议协调结果：不予支持" in [one.subject.zh for one in messages.inbox(side, size=50).items]
    with pytest.raises(AlreadyAnswered):
        decide(raised.number, DisputeState.SETTLED, scene, key="late")
    assert audit.entries(target=raised.number)[0].reason == "条例第八条"


def test_only_who_was_refused_disputes_in_time_and_once(scene: Scene, staff: Staff, refused: ShareRequest) -> None:
    for stranger in (staff.police, staff.market, scene.wang, NOBODY, bureau()):
        with pytest.raises(NotFound):
            dispute(About.REQUEST, refused.number, scene, stranger)
    with pytest.raises(RequestInvalid):
        dispute(About.REQUEST, refused.number, scene, staff.civil, reason=" ")
    with pytest.raises(TooLate):
        dispute(About.REQUEST, refused.number, scene, staff.civil, now=scene.now + timedelta(days=31))
    first = dispute(About.REQUEST, refused.number, scene, staff.civil, now=scene.now + timedelta(days=30))
    assert dispute(About.REQUEST, refused.number, scene, staff.civil, now=scene.now) == first
    with pytest.raises(NotRefused):
        dispute(About.REQUEST, refused.number, scene, staff.civil, key="second")


def test_what_was_not_refused_is_no_dispute(scene: Scene, staff: Staff, ask_for: Callable[..., ShareRequest]) -> None:
    asked = ask_for(system=scene.client, acting=staff.civil)
    waiting = scene.report()
    with pytest.raises(NotRefused):
        dispute(About.REQUEST, asked.number, scene, staff.civil)
    with pytest.raises(NotRefused):
        dispute(About.CORRECTION, waiting.number, scene, scene.wang)


def test_nobody_of_either_side_decides(scene: Scene, staff: Staff, refused: ShareRequest) -> None:
    raised = dispute(About.REQUEST, refused.number, scene, staff.civil)
    for side in (staff.civil, staff.police):
        both = dataclasses.replace(bureau(), account="both", roles=(*bureau().roles, *side.roles))
        with pytest.raises(Partial):
            decide(raised.number, DisputeState.SETTLED, scene, both)
    with pytest.raises(Partial):
        decide(raised.number, DisputeState.SETTLED, scene, dataclasses.replace(bureau(), account=staff.police.account))
    for nobody in (staff.bureau, staff.market, officer("sj", "x"), SYSTEM):
        with pytest.raises(Forbidden):
            decide(raised.number, DisputeState.SETTLED, scene, nobody)
    with pytest.raises(SignInNeeded):
        decide(raised.number, DisputeState.SETTLED, scene, NOBODY)
    assert exchange.dispute(raised.number).state is DisputeState.OPEN


def test_the_provinces_own_bureau_is_no_arbiter_of_itself(
    scene: Scene, staff: Staff, ask_for: Callable[..., ShareRequest]
) -> None:
    asked = ask_for()
    exchange.decide_request(
        number=asked.number, grant=False, opinion="x", basis="y", acting=staff.police, now=scene.now, key="no"
    )
    with pytest.raises(NoArbiter):
        dispute(About.REQUEST, asked.number, scene, staff.bureau)
