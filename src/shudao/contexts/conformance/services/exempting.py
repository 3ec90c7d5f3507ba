"""Let a finding stand until a day: asked for by who owes it, decided by somebody else, ended by the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import (
    LONGEST_EXEMPTION,
    Exemption,
    ExemptionInvalid,
    ExemptionSettled,
    ExemptionState,
    FindingNotOpen,
    FindingState,
    OwnExemption,
)
from shudao.contexts.conformance.events import ExemptionAsked, ExemptionDecided, ExemptionEnded
from shudao.contexts.conformance.queries import findings
from shudao.contexts.conformance.services import owing
from shudao.contexts.matters import api as matters
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

_LONGEST_TEXT = 500


def ask(
    *, finding: str, reason: str, basis: Sequence[str], until: date, acting: Actor, now: datetime, key: str
) -> Exemption:
    reason, cited = reason.strip(), sorted({one.strip() for one in basis} - {""})

    def do() -> Exemption:
        row = findings.row(finding, lock=True)
        if not may_ask(acting, row.owner, row.department):
            raise SignInNeeded if acting.kind == "anonymous" else Forbidden
        if row.state != FindingState.OPEN or row.exemptions.filter(state=ExemptionState.ASKED).exists():
            raise FindingNotOpen
        problems = dict(_problems(reason, cited, until, local_date(now)))
        if problems:
            raise ExemptionInvalid(fields=problems)
        made = models.Exemption.objects.create(
            number=new_id(),
            finding=row,
            reason=reason,
            basis=cited,
            until=until,
            state=ExemptionState.ASKED.value,
            asked_by=acting.account,
            asked_at=now,
        )
        after = {"exemption": made.number, "basis": cited, "until": until.isoformat()}
        _tell(ExemptionAsked(made.number, row.number), row.number, after, reason, acting, now)
        return findings.told_exemption(made)

    return outbox.once(
        scope=f"conformance.ask:{acting.account}",
        key=key,
        request=(finding, reason, cited, until),
        result_type=Exemption,
        do=do,
    )


def decide(*, exemption: str, approved: bool, opinion: str, acting: Actor, now: datetime, key: str) -> Exemption:
    opinion = opinion.strip()

    def do() -> Exemption:
        row = models.Exemption.objects.select_for_update().filter(number=exemption).first()
        if row is None:
            raise NotFound
        finding = findings.row(row.finding.number, lock=True)
        _require_other(acting, row, finding)
        if row.state != ExemptionState.ASKED or finding.state != FindingState.OPEN:
            raise ExemptionSettled
        if not opinion or len(opinion) > _LONGEST_TEXT:
            raise ExemptionInvalid(fields={"opinion": "请写明审定意见，不超过 500 个字。"})
        row.state = (ExemptionState.APPROVED if approved else ExemptionState.REFUSED).value
        row.decided_by, row.decided_at, row.opinion = acting.account, now, opinion
        row.finding = finding
        row.save()
        if approved:
            finding.state, finding.exempt_until = FindingState.EXEMPT.value, row.until
            finding.save()
            owing.end([finding.duty], now=now)
        after = {"exemption": row.number, "state": row.state}
        _tell(ExemptionDecided(row.number, finding.number, row.state), finding.number, after, opinion, acting, now)
        return findings.told_exemption(row)

    return outbox.once(
        scope=f"conformance.decide:{acting.account}",
        key=key,
        request=(exemption, approved, opinion),
        result_type=Exemption,
        do=do,
    )


def end(*, now: datetime) -> int:
    """Open again what might stand until yesterday; return how many."""
    with outbox.unit_of_work():
        rows = models.Exemption.objects.select_for_update(of=("self",)).select_related("finding")
        over = list(rows.filter(state=ExemptionState.APPROVED, until__lt=local_date(now)))
        due = owing.due_days(now)
        for row in over:
            row.state = ExemptionState.ENDED.value
            row.save()
            finding = row.finding
            if finding.state == FindingState.EXEMPT:
                finding.state, finding.exempt_until = FindingState.OPEN.value, None
                finding.due_on, finding.duty = due[finding.severity], ""
                finding.save()
            after = {"exemption": row.number, "state": finding.state}
            _tell(ExemptionEnded(row.number, finding.number), finding.number, after, "", SYSTEM, now)
        owing.begin([row.finding for row in over if row.finding.state == FindingState.OPEN], now=now)
    return len(over)


def may_ask(acting: Actor, owner: str, department: str) -> bool:
    """Whether somebody manages matters of the department that owes it, or of the body itself."""
    return any(identity.has_role(acting, Role.MATTER_MANAGER, department=one) for one in (owner, department))


def may_decide(acting: Actor, asked_by: str, owner: str, department: str) -> bool:
    """Whether somebody of the data bureau may decide: not who asked, nor their department."""
    own = {grant.department for grant in acting.roles} & {owner, department}
    return identity.has_role(acting, Role.DATA_BUREAU) and acting.account != asked_by and not own


def _require_other(acting: Actor, row: models.Exemption, finding: models.Finding) -> None:
    if acting.kind == "anonymous":
        raise SignInNeeded
    if not identity.has_role(acting, Role.DATA_BUREAU):
        raise Forbidden
    if not may_decide(acting, row.asked_by, finding.owner, finding.department):
        raise OwnExemption


def _problems(reason: str, basis: list[str], until: date, today: date) -> Iterator[tuple[str, str]]:
    if not reason or len(reason) > _LONGEST_TEXT:
        yield "reason", "请写明理由，不超过 500 个字。"
    if not basis:
        yield "basis", "请写明法律依据的条款编码。"
    elif set(basis) - matters.articles_in_force():
        yield "basis", "法规登记中没有这一条款，或者已经废止。"
    if not today < until <= today + timedelta(days=LONGEST_EXEMPTION):
        yield "until", "期限应在今天以后，最长两年。"


def _tell(event: Event, finding: str, after: dict[str, object], reason: str, acting: Actor, now: datetime) -> None:
    audit.record(acting=acting, action=event.NAME, target=finding, now=now, after=after, reason=reason)
    outbox.emit(event, now=now)
