"""Decide a dispute, as a data bureau that belongs to neither side, and what follows for the source department."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    UPHELD_DUTY,
    About,
    AlreadyAnswered,
    CorrectionState,
    Dispute,
    DisputeState,
    Partial,
)
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import ShareRequest, Wanted
from shudao.contexts.exchange.events import CorrectionAsked, DisputeDecided
from shudao.contexts.exchange.queries import catalogue, disputes
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.services import correcting, owed, requesting
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


def decide(
    *, number: str, verdict: DisputeState, opinion: str, basis: str, acting: Actor, now: datetime, key: str
) -> Dispute:
    opinion, basis = opinion.strip(), basis.strip()
    faults = {"opinion": disputing.text_problem(opinion)}
    if verdict is DisputeState.OPEN:
        faults["verdict"] = "请选择裁决结果。"
    if verdict is DisputeState.REJECTED and not basis:
        faults["basis"] = "不予支持须写明依据。"
    if found := {name: sentence for name, sentence in faults.items() if sentence}:
        raise RequestInvalid(fields=found)

    def do() -> Dispute:
        row = disputes.dispute_row(number, lock=True)
        require_impartial(row, acting)
        if row.state != DisputeState.OPEN.value:
            raise AlreadyAnswered(number=number)
        return _decide(row, verdict, opinion, basis, acting, now)

    return outbox.once(
        scope=f"exchange.decide_dispute:{acting.account}",
        key=key,
        request=(number, verdict, opinion, basis),
        result_type=Dispute,
        do=do,
    )


def require_impartial(row: models.Dispute, acting: Actor) -> None:
    """Raise unless a member of the deciding bureau acts who stands on neither side."""
    identity.require(acting, Role.DATA_BUREAU, department=row.bureau)
    if acting.kind != "staff":
        raise Forbidden
    if acting.account in (row.raised_by, row.refused_by) or disputing.belongs(acting, (row.department, row.source)):
        raise Partial


def _decide(
    row: models.Dispute, verdict: DisputeState, opinion: str, basis: str, acting: Actor, now: datetime
) -> Dispute:
    row.state, row.decided_by, row.decided_at = verdict.value, acting.account, now
    row.opinion, row.basis = opinion, basis
    if verdict is DisputeState.UPHELD:
        _uphold(row, acting, now)
    row.save()
    owed.done(row.duty, evidence={"state": row.state, "basis": basis}, acting=acting, now=now)
    audit.record(
        acting=acting,
        action=DisputeDecided.NAME,
        target=row.number,
        now=now,
        before={"state": DisputeState.OPEN.value},
        after={"state": row.state, "follow_up": row.follow_up},
        reason=basis or opinion,
    )
    outbox.emit(DisputeDecided(row.number), now=now)
    return disputes.dispute_of(row)


def _uphold(row: models.Dispute, acting: Actor, now: datetime) -> None:
    if About(row.about) is About.CORRECTION:
        _reopen(row, acting, now)
    else:
        _ask_anew(row, acting, now)


def _reopen(row: models.Dispute, acting: Actor, now: datetime) -> None:
    """The correction waits again; its source can only correct or send on now."""
    correction = disputes.correction_row(row.subject, lock=True)
    before = {"state": correction.state, "basis": correction.basis}
    correction.state, correction.ordered_by = CorrectionState.OPEN.value, row.number
    correction.decided_by, correction.decided_at = "", None
    correcting.wait_for(correction, catalogue.resource_of(correction.resource), acting=acting, now=now)
    row.follow_up, row.follow_up_duty = correction.number, correction.duty
    audit.record(
        acting=acting,
        action=CorrectionAsked.NAME,
        target=correction.number,
        now=now,
        before=before,
        after={"state": correction.state, "ordered_by": row.number},
    )
    outbox.emit(CorrectionAsked(correction.number, correction.source), now=now)


def _ask_anew(row: models.Dispute, acting: Actor, now: datetime) -> None:
    """The refused request is made anew by the bureau; the source owes the grant until one is given."""
    asked = catalogue.request(row.subject)
    anew = requesting.request_grant(wanted=_anew(asked, now), acting=acting, now=now, key=f"dispute:{row.number}")
    row.follow_up = anew.number
    row.follow_up_duty = owed.owe(
        kind=UPHELD_DUTY,
        owner=row.source,
        subject=row.number,
        title=Text(
            f"按争议裁决授权：共享申请 {anew.number}", f"Grant request {anew.number} as the dispute was decided"
        ),
        due_on=anew.due_on,
        evidence={"dispute": row.number, "request": anew.number},
        acting=acting,
        now=now,
        key=row.number,
    )


def _anew(asked: ShareRequest, now: datetime) -> Wanted:
    """The same right, for as long, from today where its first day is past."""
    parts = {one.name: getattr(asked, one.name) for one in fields(Wanted) if hasattr(asked, one.name)}
    start = max(local_date(now), asked.valid_from)
    return Wanted(**parts | {"valid_from": start, "valid_to": start + (asked.valid_to - asked.valid_from)})


def follow(*, request: str, grant: str, now: datetime) -> None:
    """Close what a dispute made the source owe when the request it opened is granted; a second refusal stays owed."""
    row = models.Dispute.objects.filter(about=About.REQUEST.value, follow_up=request).exclude(follow_up="").first()
    if row is not None and grant:
        owed.done(row.follow_up_duty, evidence={"grant": grant}, acting=SYSTEM, now=now)
