"""Say that a field is wrong: a department that got it, or whoever it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    CORRECTION_DUTY,
    Claim,
    Correction,
    CorrectionOpen,
    CorrectionState,
    NeverReceived,
)
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.relations import RelationKind
from shudao.contexts.exchange.events import CorrectionAsked
from shudao.contexts.exchange.models import vault
from shudao.contexts.exchange.queries import catalogue, disputes, relations, uses
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.services import owed, relating
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

OWN_REASON = "本人对自己的数据提出异议"


def report(
    *,
    resource: str,
    field: str,
    claim: Claim,
    since: date | None,
    evidence: StoredFile | None,
    department: str,
    on_behalf: str,
    acting: Actor,
    now: datetime,
    key: str,
) -> Correction:
    found = catalogue.resource(resource)
    relation = relating.held(on_behalf, acting=acting, now=now) if on_behalf else None
    claim = replace(claim, identifier=_identifier(claim, department, relation, acting, now))
    subject = identity.person_key(claim.identifier) if claim.identifier else ""
    _check(found, field, claim, since, department, now)
    if not department and found.subject != _about(relation):
        raise RequestInvalid(fields={"resource": "该资源的数据不是关于异议对象的。"})
    if department and department not in set(_received(subject, found, field)):
        raise NeverReceived(fields={"identifier": NeverReceived.says})

    def do() -> Correction:
        reporter = {"department": department, "person": "" if department else acting.person}
        _refuse_open(found, field, subject, reporter)
        reporter["on_behalf"] = on_behalf
        return _keep(_row(found, field, subject, claim, since, evidence, reporter, acting, now), found, acting, now)

    return outbox.once(
        scope=f"exchange.report:{acting.account}",
        key=key,
        request=(resource, field, claim, since, evidence, department, on_behalf),
        result_type=Correction,
        do=do,
    )


def _about(relation: models.Relation | None) -> str:
    """Of what kind a resource's subjects are that a person may speak of: themself, a child, a company."""
    return "company" if relation is not None and relation.kind == RelationKind.COMPANY.value else "person"


def _identifier(claim: Claim, department: str, relation: models.Relation | None, acting: Actor, now: datetime) -> str:
    """Whose data it is: as a department states, whom the acting person acts for, or their own."""
    if department and relation is not None:
        raise Forbidden
    if relation is not None:
        return relations.whom_of(relation).identifier
    if department:
        if acting.kind != "staff" or not _works_for(acting, department):
            raise Forbidden
        return claim.identifier.strip()
    if acting.kind != "person" or not acting.person:
        raise Forbidden
    return identity.reveal_id(acting.person, acting=acting, reason=OWN_REASON, now=now)


def _works_for(acting: Actor, department: str) -> bool:
    return any(identity.has_role(acting, role, department=department) for role in (Role.DATA_OFFICER, Role.INTEGRATOR))


def _check(resource: Resource, field: str, claim: Claim, since: date | None, department: str, now: datetime) -> None:
    faults = {
        "identifier": disputing.value_problem(claim.identifier),
        "wrong": disputing.value_problem(claim.wrong),
        "right": disputing.value_problem(claim.right),
        "why": disputing.text_problem(claim.why),
    }
    if field not in {item.name for item in resource.items}:
        faults["field"] = "请选择该资源的一个信息项。"
    if department == resource.provider:
        faults["resource"] = "本部门的数据请直接更正。"
    if since is not None and since > local_date(now):
        faults["since"] = "不能晚于今天。"
    if disputing.same(claim.wrong, claim.right):
        faults["right"] = faults["right"] or "与现有内容相同。"
    found = {name: sentence for name, sentence in faults.items() if sentence}
    if found:
        raise RequestInvalid(fields=found)


def _received(subject: str, resource: Resource, field: str) -> dict[str, list[str]]:
    return uses.receivers(subject, resource.code, field, since=None)


def _refuse_open(resource: Resource, field: str, subject: str, reporter: dict[str, str]) -> None:
    waiting = models.Correction.objects.filter(
        resource__code=resource.code, field=field, subject=subject, state=CorrectionState.OPEN.value, **reporter
    ).first()
    if waiting is not None:
        raise CorrectionOpen(number=waiting.number)


def _row(
    resource: Resource,
    field: str,
    subject: str,
    claim: Claim,
    since: date | None,
    evidence: StoredFile | None,
    reporter: dict[str, str],
    acting: Actor,
    now: datetime,
) -> models.Correction:
    number = new_id()
    return models.Correction(
        number=number,
        resource=catalogue.resource_row(resource.code),
        field=field,
        subject=subject,
        reported_by=acting.account,
        reported_at=now,
        source=resource.provider,
        state=CorrectionState.OPEN.value,
        since=since,
        claim=vault.seal(msgspec.json.encode(claim), place=disputes.claim_place(number)),
        evidence=evidence.digest if evidence else "",
        evidence_name=evidence.name if evidence else "",
        **reporter,
    )


def _keep(row: models.Correction, resource: Resource, acting: Actor, now: datetime) -> Correction:
    wait_for(row, resource, acting=acting, now=now)
    audit.record(
        acting=acting,
        action=CorrectionAsked.NAME,
        target=row.number,
        now=now,
        after={"resource": resource.code, "field": row.field, "due_on": row.due_on.isoformat()}
        | ({"on_behalf": row.on_behalf, "for": row.subject} if row.on_behalf else {}),
    )
    outbox.emit(CorrectionAsked(row.number, row.source), now=now)
    return disputes.correction_of(row)


def wait_for(row: models.Correction, resource: Resource, *, acting: Actor, now: datetime) -> None:
    """Let the row's source owe an answer from now on, and save it."""
    row.due_on = owed.due(disputing.CORRECTION_DAYS, now=now)
    title = next((item.title for item in resource.items if item.name == row.field), Text(row.field))
    row.duty = owed.owe(
        kind=CORRECTION_DUTY,
        owner=row.source,
        subject=row.number,
        title=Text(
            f"核实异议：{resource.name.zh}“{title.zh}”"[:200],
            f"Check a field said to be wrong: {resource.name.said('en')}, {title.said('en')}"[:200],
        ),
        due_on=row.due_on,
        evidence={"resource": resource.code, "field": row.field},
        acting=acting,
        now=now,
        key=f"{row.number}:{row.source}:{row.ordered_by}",
    )
    row.save()
