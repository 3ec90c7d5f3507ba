"""Decide a case: one decision, its licence and its messages in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, Decision, Delivery, MaterialMissing, NeedState, SamePersonTwice
from shudao.contexts.cases.events import CaseDecided
from shudao.contexts.cases.queries import access
from shudao.contexts.cases.services import change, deliver, notify, result
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviewer says."""

    decision: str
    opinion: str
    basis: str
    remedy: str


def decide(verdict: Verdict, *, case: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Decide once."""
    _check(verdict)

    def do(found: models.Case) -> models.Case:
        access.allow(acting, found, Action.DECIDE)
        if found.accepted_by == acting.account:
            raise SamePersonTwice
        if verdict.decision == Decision.APPROVE:
            _complete(found)
        return _decide(found, verdict, acting=acting, now=now)

    return change.once(case, Action.DECIDE, acting=acting, key=key, request=verdict, do=do)


def _decide(found: models.Case, verdict: Verdict, *, acting: Actor, now: datetime) -> models.Case:
    found = change.take(
        found,
        Action.DECIDE,
        acting=acting,
        now=now,
        opinion=verdict.opinion,
        basis=verdict.basis,
        remedy=verdict.remedy,
        decision=verdict.decision,
        decided_at=now,
        decided_by=acting.account,
    )
    clocks.stop(subject=found.number, acting=acting, now=now)
    if verdict.decision == Decision.APPROVE:
        found.licence = result.issue(found, acting=acting, now=now)
        found.save(update_fields=["licence"])
    outbox.emit(
        CaseDecided(
            case=found.number,
            task_code=found.task_code,
            division=found.division,
            department=found.department,
            decision=verdict.decision,
            licence=found.licence,
        ),
        now=now,
    )
    notify.decided(found, opinion=verdict.opinion, remedy=verdict.remedy, acting=acting, now=now)
    if found.delivery == Delivery.ONLINE:
        found = deliver.hand_over(found, how=Delivery.ONLINE, place="", acting=acting, now=now)
    return found


def _check(verdict: Verdict) -> None:
    if verdict.decision not in list(Decision):
        raise Invalid(fields={"decision": "请选择准予或不予。"})
    if verdict.decision == Decision.REFUSE:
        change.required(opinion=verdict.opinion, basis=verdict.basis, remedy=verdict.remedy)
    else:
        change.required(opinion=verdict.opinion)


def _complete(found: models.Case) -> None:
    """A material that was allowed to follow must have come before an approval."""
    open_ = found.draft.materials.filter(state=NeedState.ASKED).values_list("code", flat=True)
    missing = {f"material:{code}": "这份容缺材料还没有补交。" for code in open_}
    if missing:
        raise MaterialMissing(fields=missing)
