"""Bring a refusal before the data bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    DISPUTE_DUTY,
    About,
    CorrectionState,
    Dispute,
    DisputeState,
    NoArbiter,
    NotRefused,
    TooLate,
)
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import RequestState
from shudao.contexts.exchange.events import DisputeRaised
from shudao.contexts.exchange.models import vault
from shudao.contexts.exchange.queries import catalogue, disputes
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.services import owed, relating
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department, Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import NotFound
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

BUREAU = "sj"
_NAMES = {
    About.REQUEST: Text("共享申请", "request for data"),
    About.CORRECTION: Text("异议", "correction"),
}


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What was refused: by and to whom, and when."""

    source: str
    department: str
    person: str
    decided_by: str
    decided_at: datetime
    on_behalf: str = ""


def raise_dispute(*, about: About, subject: str, reason: str, acting: Actor, now: datetime, key: str) -> Dispute:
    if problem := disputing.text_problem(reason):
        raise RequestInvalid(fields={"reason": problem})

    def do() -> Dispute:
        refusal = _refusal(about, subject)
        _may_raise(refusal, acting)
        if refusal.on_behalf:
            relating.held(refusal.on_behalf, acting=acting, now=now)
        if models.Dispute.objects.filter(about=about.value, subject=subject).exists():
            raise NotRefused
        if not disputing.disputable(local_date(refusal.decided_at), local_date(now)):
            raise TooLate
        return _keep(about, subject, refusal, reason.strip(), acting, now)

    return outbox.once(
        scope=f"exchange.raise_dispute:{acting.account}",
        key=key,
        request=(about, subject, reason),
        result_type=Dispute,
        do=do,
    )


def _refusal(about: About, subject: str) -> _Refusal:
    if about is About.REQUEST:
        asked = catalogue.request(subject)
        if asked.state is not RequestState.REFUSED or asked.decided_at is None:
            raise NotRefused
        return _Refusal(asked.provider, asked.department, "", asked.decided_by, asked.decided_at)
    row = disputes.correction_row(subject, lock=True)
    if row.state != CorrectionState.REFUSED.value or row.decided_at is None:
        raise NotRefused
    return _Refusal(row.source, row.department, row.person, row.decided_by, row.decided_at, row.on_behalf)


def _may_raise(refusal: _Refusal, acting: Actor) -> None:
    """Only who was refused; to all others there is no such thing."""
    if refusal.person:
        if acting.kind != "person" or acting.person != refusal.person:
            raise NotFound
        return
    roles = (Role.DATA_OFFICER, Role.INTEGRATOR)
    if acting.kind != "staff" or not any(
        identity.has_role(acting, role, department=refusal.department) for role in roles
    ):
        raise NotFound


def arbiter(source: str, department: str) -> Department:
    """Return the nearest data bureau over the source that is no side of the dispute. Raises NoArbiter."""
    place: str | None = identity.department(source).division
    while place is not None:
        found = identity.responsible(BUREAU, place)
        if found is not None and found.code not in (source, department):
            return found
        place = regions.parent_of(found.division if found else place)
    raise NoArbiter


def _keep(about: About, subject: str, refusal: _Refusal, reason: str, acting: Actor, now: datetime) -> Dispute:
    number, bureau = new_id(), arbiter(refusal.source, refusal.department).code
    due_on = owed.due(disputing.DISPUTE_DAYS, now=now)
    name = _NAMES[about]
    duty = owed.owe(
        kind=DISPUTE_DUTY,
        owner=bureau,
        subject=number,
        title=Text(f"协调争议：未获同意的{name.zh} {subject}", f"Decide a dispute: refused {name.en} {subject}"),
        due_on=due_on,
        evidence={about.value: subject, "source": refusal.source},
        acting=acting,
        now=now,
        key=number,
    )
    row = models.Dispute.objects.create(
        number=number,
        about=about.value,
        subject=subject,
        department=refusal.department,
        person=refusal.person,
        source=refusal.source,
        bureau=bureau,
        raised_by=acting.account,
        refused_by=refusal.decided_by,
        raised_at=now,
        reason=vault.seal(reason.encode(), place=disputes.reason_place(number)),
        state=DisputeState.OPEN.value,
        due_on=due_on,
        duty=duty,
    )
    after = {"about": about.value, "subject": subject, "due_on": due_on.isoformat()}
    audit.record(acting=acting, action=DisputeRaised.NAME, target=number, now=now, after=after)
    outbox.emit(DisputeRaised(number), now=now)
    return disputes.dispute_of(row)
