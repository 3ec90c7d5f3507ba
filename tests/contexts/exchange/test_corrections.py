"""A field is said to be wrong; its source answers in time; whoever got it is told."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    AlreadyAnswered,
    Correction,
    CorrectionOpen,
    CorrectionState,
    NeverReceived,
    StillWrong,
    Verdict,
)
from shudao.contexts.exchange.contracts.refusals import FourEyes, RequestInvalid
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.files import api as files
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from tests.contexts.exchange.conftest import COMPANY, POPULATION, PROVINCE, Staff, officer
from tests.contexts.exchange.disputing import CLAIM, FIELD, Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
POLICE = identity.department_code("ga", PROVINCE)
CIVIL = identity.department_code("mz", PROVINCE)


def answer(number: str, verdict: Verdict, scene: Scene, acting: Actor, **rest: Any) -> Correction:
    parts: dict[str, Any] = {"opinion": "已核实", "key": f"{verdict}-{acting.account}"} | rest
    return exchange.answer_correction(number=number, verdict=verdict, acting=acting, now=scene.now, **parts)


def told(mailbox: str) -> list[str]:
    return [one.subject.zh for one in messages.inbox(mailbox, size=50).items]


def test_a_citizen_reports_and_the_source_owes_an_answer_in_ten_working_days(scene: Scene) -> None:
    asked = scene.report()
    assert (asked.source, asked.department, asked.person) == (POLICE, "", scene.key)
    assert asked.due_on == date(2026, 12, 8)
    duty = duties.get(asked.duty)
    assert (duty.kind, duty.owner, duty.due_on) == ("exchange.correction", POLICE, asked.due_on)
    assert [one.action for one in audit.entries(target=asked.number)] == ["exchange.correction_asked"]


def test_what_was_written_lies_sealed_and_is_nowhere_in_plain(scene: Scene) -> None:
    asked = scene.report()
    row = models.Correction.objects.get(number=asked.number)
    kept = repr([audit.entries(limit=200), duties.get(asked.duty), asked]) + bytes(row.claim).hex()
    for secret in (scene.resident_id, CLAIM.wrong, CLAIM.right, CLAIM.why):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    masked = exchange.masked_claim(asked.number)
    assert (masked.wrong, masked.right, masked.why) == ("幸***", "幸***", "")


def test_the_source_opens_it_for_a_reason_that_is_in_the_trail_first(scene: Scene, staff: Staff) -> None:
    asked = scene.report()

    def look(acting: Actor, reason: str = "核对户籍底册") -> Any:
        return exchange.open_claim(number=asked.number, reason=reason, acting=acting, now=scene.now)

    with pytest.raises(RequestInvalid):
        look(staff.police, " 看 ")
    for stranger in (staff.civil, staff.bureau):
        with pytest.raises(Forbidden):
            look(stranger)
    assert look(staff.police) == dataclasses.replace(CLAIM, identifier=scene.resident_id)
    entry = audit.entries(target=asked.number)[0]
    assert (entry.action, entry.reason, entry.account) == ("exchange.open_claim", "核对户籍底册", staff.police.account)


def test_a_department_reports_only_what_it_received(scene: Scene, staff: Staff) -> None:
    claim = dataclasses.replace(CLAIM, identifier=scene.resident_id)
    with pytest.raises(NeverReceived):
        scene.report(staff.civil, claim=claim, department=CIVIL)
    scene.used(fields=("name",))
    scene.used(outcome="no_grant")
    with pytest.raises(NeverReceived):
        scene.report(staff.civil, claim=claim, department=CIVIL)
    scene.used()
    asked = scene.report(staff.civil, claim=claim, department=CIVIL)
    assert (asked.department, asked.person, asked.subject) == (CIVIL, "", scene.key)


def test_nobody_reports_for_another_department_or_person(scene: Scene, staff: Staff) -> None:
    scene.used()
    claim = dataclasses.replace(CLAIM, identifier=scene.resident_id)
    for acting in (staff.market, NOBODY, scene.wang, SYSTEM):
        with pytest.raises(Forbidden):
            scene.report(acting, claim=claim, department=CIVIL)
    with pytest.raises(Forbidden):
        scene.report(staff.civil, claim=claim)
    other = dataclasses.replace(CLAIM, identifier="519901199003070018")
    assert scene.report(claim=other).subject == scene.key, "a citizen speaks of themself alone"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"field": "no_such"}, "field"),
        ({"claim": dataclasses.replace(CLAIM, right=" ")}, "right"),
        ({"claim": dataclasses.replace(CLAIM, right=CLAIM.wrong)}, "right"),
        ({"claim": dataclasses.replace(CLAIM, why="")}, "why"),
        ({"claim": dataclasses.replace(CLAIM, why="长" * 1001)}, "why"),
        ({"since": date(2030, 1, 1)}, "since"),
        ({"resource": COMPANY, "field": "name"}, "resource"),
    ],
)
def test_what_cannot_stand_says_why(scene: Scene, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestInvalid) as refusal:
        scene.report(**changes)
    assert field in refusal.value.fields


def test_one_waits_at_a_time_and_one_key_is_one(scene: Scene) -> None:
    first = scene.report(key="k")
    assert scene.report(key="k") == first
    with pytest.raises(CorrectionOpen):
        scene.report()
    row = models.Correction.objects.get(number=first.number)
    row.pk, row.number = None, "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_it_is_corrected_when_the_pool_says_so_and_cites_the_snapshot(scene: Scene, staff: Staff) -> None:
    asked = scene.report()
    with pytest.raises(StillWrong):
        answer(asked.number, Verdict.CORRECTED, scene, staff.police)
    batch = scene.put_right()
    done = answer(asked.number, Verdict.CORRECTED, scene, staff.police)
    assert (done.state, done.snapshot) == (CorrectionState.CORRECTED, batch.snapshot)
    duty = duties.get(asked.duty)
    assert (duty.state, duty.closing["snapshot"]) == (DutyState.CLOSED, batch.snapshot)
    with pytest.raises(AlreadyAnswered):
        answer(asked.number, Verdict.REFUSED, scene, officer("ga", "rival"), basis="某条")


def test_another_value_than_the_one_asked_for_is_said_and_looked_up(scene: Scene, staff: Staff) -> None:
    asked = scene.report()
    scene.put_right("幸福路3号")
    with pytest.raises(StillWrong):
        answer(asked.number, Verdict.CORRECTED, scene, staff.police)
    done = answer(asked.number, Verdict.CORRECTED, scene, staff.police, value="幸福路３号", key="other")
    assert done.state is CorrectionState.CORRECTED


def test_all_who_received_it_since_then_are_told_once(scene: Scene, staff: Staff) -> None:
    scene.used(case="CASE-1")
    scene.used(case="CASE-2", at=scene.now - timedelta(days=40))
    scene.used(client=exchange.one_window_client(), fields=("name",))
    asked = scene.report(since=date(2026, 11, 1))
    scene.put_right()
    answer(asked.number, Verdict.CORRECTED, scene, staff.police)
    outbox.drain()
    exchange.tell_of_correction(number=asked.number, now=scene.now)
    found = [one for one in messages.inbox(CIVIL, size=50).items if one.about == asked.number]
    assert len(found) == 1
    assert "CASE-1" in found[0].body.zh
    assert "CASE-2" not in found[0].body.zh
    assert not [one for one in told(identity.department_code("sj", PROVINCE)) if "更正" in one]
    assert "异议核实结果：已更正" in told(scene.wang.account)


def test_a_refusal_has_reasons_and_a_basis_and_tells_the_reporter(scene: Scene, staff: Staff) -> None:
    asked = scene.report()
    for fault in ({"basis": " "}, {"basis": "条例", "opinion": " "}):
        with pytest.raises(RequestInvalid):
            answer(asked.number, Verdict.REFUSED, scene, staff.police, **fault)
    done = answer(asked.number, Verdict.REFUSED, scene, staff.police, basis="户口登记条例第七条", key="again")
    assert (done.state, done.basis, done.snapshot) == (CorrectionState.REFUSED, "户口登记条例第七条", 0)
    outbox.drain()
    assert "异议核实结果：不予更正" in told(scene.wang.account)


def test_it_is_sent_on_and_never_back(scene: Scene, staff: Staff) -> None:
    asked = scene.report()
    on = answer(asked.number, Verdict.FORWARDED, scene, staff.police, to=CIVIL, opinion="婚姻状况以民政为准")
    assert (on.source, on.state, [hop.receiver for hop in on.path]) == (CIVIL, CorrectionState.OPEN, [CIVIL])
    assert duties.get(asked.duty).state is DutyState.CLOSED
    assert duties.get(on.duty).owner == CIVIL
    with pytest.raises(Forbidden):
        answer(asked.number, Verdict.REFUSED, scene, staff.police, basis="某条")
    for unfit in (POLICE, CIVIL, "nobody"):
        with pytest.raises(RequestInvalid):
            answer(asked.number, Verdict.FORWARDED, scene, staff.civil, to=unfit, key=unfit)


def test_four_eyes(scene: Scene, staff: Staff) -> None:
    scene.used()
    both = dataclasses.replace(staff.civil, roles=(*staff.civil.roles, *staff.police.roles))
    claim = dataclasses.replace(CLAIM, identifier=scene.resident_id)
    asked = scene.report(both, claim=claim, department=CIVIL)
    colleague = dataclasses.replace(both, account="colleague")
    for acting in (both, colleague):
        with pytest.raises(FourEyes):
            answer(asked.number, Verdict.REFUSED, scene, acting, basis="某条")
    for acting in (SYSTEM, staff.market, officer("ga", "clerk", role=Role.CLERK)):
        with pytest.raises(Forbidden):
            answer(asked.number, Verdict.REFUSED, scene, acting, basis="某条")
    with pytest.raises(SignInNeeded):
        answer(asked.number, Verdict.REFUSED, scene, NOBODY, basis="某条")


def test_lists_show_what_concerns_whom(scene: Scene, staff: Staff) -> None:
    asked = scene.report()
    assert exchange.corrections(departments=[POLICE]).items == (asked,)
    assert exchange.corrections(person=scene.key).items == (asked,)
    assert exchange.corrections(departments=[CIVIL]).total == 0
    assert exchange.corrections(state=CorrectionState.REFUSED).total == 0
    with pytest.raises(NotFound):
        exchange.correction("x")


def test_evidence_is_named_by_its_digest(scene: Scene) -> None:
    kept = files.store(io.BytesIO("户口本".encode()), name="户口本.txt", acting=scene.wang, now=scene.now)
    asked = scene.report(evidence=kept)
    assert (asked.evidence, asked.evidence_name) == (kept.digest, kept.name)
    assert exchange.resource(POPULATION).provider == asked.source
    assert asked.field == FIELD
