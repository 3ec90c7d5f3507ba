"""The source department's answer: corrected, refused, or sent on to whose data it is."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    AlreadyAnswered,
    Claim,
    Correction,
    CorrectionState,
    Hop,
    StillWrong,
    Verdict,
)
from shudao.contexts.exchange.contracts.refusals import FourEyes, RequestInvalid
from shudao.contexts.exchange.events import CorrectionAsked, CorrectionDecided
from shudao.contexts.exchange.queries import catalogue, disputes
from shudao.contexts.exchange.rules import disputing, rights
from shudao.contexts.exchange.services import correcting, owed
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.refusals import DatasetUnknown
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.errors import Forbidden

SHORTEST_REASON = 4


def answer(
    *,
    number: str,
    verdict: Verdict,
    opinion: str,
    basis: str,
    value: str,
    to: str,
    acting: Actor,
    now: datetime,
    key: str,
) -> Correction:
    opinion, basis, value = opinion.strip(), basis.strip(), value.strip()

    def do() -> Correction:
        row = disputes.correction_row(number, lock=True)
        _may_answer(row, acting)
        if row.state != CorrectionState.OPEN.value:
            raise AlreadyAnswered(number=number)
        _check(row, verdict, opinion, basis, to)
        if verdict is Verdict.FORWARDED:
            return _send_on(row, to, opinion, acting, now)
        snapshot = _right_in(row, value) if verdict is Verdict.CORRECTED else 0
        return _close(row, CorrectionState(verdict.value), opinion, basis, snapshot, acting, now)

    return outbox.once(
        scope=f"exchange.answer_correction:{acting.account}",
        key=key,
        request=(number, verdict, opinion, basis, value, to),
        result_type=Correction,
        do=do,
    )


def open_claim(*, number: str, reason: str, acting: Actor, now: datetime) -> Claim:
    if len(reason.strip()) < SHORTEST_REASON or disputing.text_problem(reason):
        raise RequestInvalid(fields={"reason": "请写明查看原文的理由（至少4个字）。"})
    row = disputes.correction_row(number)
    _may_answer(row, acting)
    with outbox.unit_of_work():  # in the trail before it is opened
        audit.record(acting=acting, action="exchange.open_claim", target=number, now=now, reason=reason.strip())
    return disputes.claim_of(row)


def _may_answer(row: models.Correction, acting: Actor) -> None:
    identity.require(acting, Role.DATA_OFFICER, department=row.source)
    if acting.kind != "staff":
        raise Forbidden
    if rights.decides_own(acting, requested_by=row.reported_by, department=row.department or "-"):
        raise FourEyes


def _check(row: models.Correction, verdict: Verdict, opinion: str, basis: str, to: str) -> None:
    faults = {"opinion": disputing.text_problem(opinion)}
    if verdict is Verdict.REFUSED:
        faults["basis"] = "" if basis else "不予更正须写明依据。"
        if row.ordered_by:
            faults["verdict"] = "争议裁决支持了该异议，须予更正。"
    if verdict is Verdict.FORWARDED:
        faults["to"] = _unfit(row, to)
    found = {name: sentence for name, sentence in faults.items() if sentence}
    if found:
        raise RequestInvalid(fields=found)


def _unfit(row: models.Correction, to: str) -> str:
    """What is wrong with the department that it shall go to; one that had it already decides and sends nothing back."""
    if to not in identity.find_departments([to]):
        return "请选择一个部门。"
    had = {row.source, *(hop["sender"] for hop in row.path)}
    if to in had:
        return "该部门已经办理过，不能再转回。"
    return "不能转给提出异议的部门。" if to == row.department else ""


def _right_in(row: models.Correction, value: str) -> int:
    """Return the snapshot in which the field is right; 0 where the pool has no such dataset. Raises StillWrong."""
    claim, resource = disputes.claim_of(row), catalogue.resource_of(row.resource)
    if not resource.dataset:
        return 0
    try:
        found = pool.lookup(resource.dataset, claim.identifier)
    except DatasetUnknown:
        found = None
    wanted = value or claim.right
    if found is None or not any(disputing.same(one.get(row.field), wanted) for one in found.rows):
        raise StillWrong(fields={"value": StillWrong.says})
    return found.snapshot


def _send_on(row: models.Correction, to: str, why: str, acting: Actor, now: datetime) -> Correction:
    sender, former = row.source, row.duty
    row.path = [*row.path, msgspec.to_builtins(Hop(sender, to, now, why))]
    row.source = to
    correcting.wait_for(row, catalogue.resource_of(row.resource), acting=acting, now=now)
    owed.done(former, evidence={"forwarded": to}, acting=acting, now=now)
    _record(CorrectionAsked(row.number, to), row, acting, now, {"source": sender}, {"source": to}, why)
    return disputes.correction_of(row)


def _close(
    row: models.Correction,
    state: CorrectionState,
    opinion: str,
    basis: str,
    snapshot: int,
    acting: Actor,
    now: datetime,
) -> Correction:
    row.state, row.decided_by, row.decided_at = state.value, acting.account, now
    row.opinion, row.basis, row.snapshot = opinion, basis, snapshot
    row.save()
    after = {"state": row.state, "snapshot": snapshot}
    owed.done(row.duty, evidence=after | {"basis": basis}, acting=acting, now=now)
    event = CorrectionDecided(row.number, state is CorrectionState.CORRECTED)
    _record(event, row, acting, now, {"state": CorrectionState.OPEN.value}, after, basis or opinion)
    return disputes.correction_of(row)


def _record(
    event: Event,
    row: models.Correction,
    acting: Actor,
    now: datetime,
    before: dict[str, object],
    after: dict[str, object],
    why: str,
) -> None:
    audit.record(acting=acting, action=event.NAME, target=row.number, now=now, before=before, after=after, reason=why)
    outbox.emit(event, now=now)
