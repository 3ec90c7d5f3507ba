"""The guardian of a child: an officer at the window looks at the papers, a second one looks again."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.relations import (
    Papers,
    Relation,
    RelationDecided,
    RelationKind,
    RelationState,
    SameOfficer,
)
from shudao.contexts.exchange.events import RelationDecided as Decided
from shudao.contexts.exchange.events import RelationProposed
from shudao.contexts.exchange.queries import relations
from shudao.contexts.exchange.queries.relations import Whom
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.rules import relations as rules
from shudao.contexts.exchange.services import relating
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

LOOKED_AT = "exchange.opened_relation"


def propose(*, papers: Papers, evidence: StoredFile, division: str, acting: Actor, now: datetime, key: str) -> Relation:
    relating.require_officer(acting, division)
    papers = Papers(
        papers.guardian.strip().upper(),
        papers.child.strip().upper(),
        papers.name.strip(),
        papers.basis.strip(),
        papers.valid_to,
    )
    holder = _guardian(papers, now)
    _not_own(holder, acting)

    def do() -> Relation:
        subject = identity.person_key(papers.child)
        relating.replace(holder, subject, acting=acting, now=now, renewing=False)
        return _keep(papers, holder, subject, evidence, division, acting, now)

    # Only whom it is about is personal here: the kept answer holds keys and a masked name.
    return outbox.once(
        scope=f"exchange.propose_relation:{acting.account}",
        key=key,
        request=(papers, evidence.digest, division),
        result_type=Relation,
        do=do,
    )


def _guardian(papers: Papers, now: datetime) -> str:
    """Return the guardian's person key. Raises RequestInvalid."""
    birth, older = (
        rules.born(number, check_digit=identity.resident_id_check_digit) for number in (papers.child, papers.guardian)
    )
    faults = dict(rules.problems(papers, birth=birth, guardian=older, today=local_date(now)))
    found = identity.person_by_id(papers.guardian) if "guardian" not in faults else None
    if found is None:
        faults.setdefault("guardian", "该监护人还没有注册，请先在门户或窗口注册。")
    if faults or found is None:
        raise RequestInvalid(fields=faults)
    return found.key


def _not_own(holder: str, acting: Actor) -> None:
    if acting.person == holder or identity.account_of(holder) == acting.account:
        raise SameOfficer


def _keep(
    papers: Papers,
    holder: str,
    subject: str,
    evidence: StoredFile,
    division: str,
    acting: Actor,
    now: datetime,
) -> Relation:
    number = new_id()
    row = models.Relation.objects.create(
        number=number,
        kind=RelationKind.CHILD.value,
        holder=holder,
        subject=subject,
        sealed=relations.seal(number, Whom(papers.child, papers.name)),
        state=RelationState.PROPOSED.value,
        valid_to=papers.valid_to,
        evidence=evidence.digest,
        evidence_name=evidence.name,
        basis=papers.basis,
        division=division,
        recorded_by=acting.account,
        recorded_at=now,
    )
    relating.record(row, RelationProposed(number), acting=acting, now=now, evidence=evidence.digest)
    return relations.relation_of(row)


def decide(*, number: str, confirm: bool, why: str, acting: Actor, now: datetime, key: str) -> Relation:
    why = why.strip()
    if not confirm and (problem := disputing.text_problem(why)):
        raise RequestInvalid(fields={"why": problem})

    def do() -> Relation:
        row = relations.row(number, lock=True)
        relating.require_officer(acting, row.division)
        if row.state != RelationState.PROPOSED.value:
            raise RelationDecided(number=number)
        if row.recorded_by == acting.account:
            raise SameOfficer
        _not_own(row.holder, acting)
        if confirm and row.valid_to < local_date(now):
            raise RequestInvalid(fields={"why": "有效期已过，请不予登记并重新提交。"})
        row.state = (RelationState.STANDING if confirm else RelationState.REFUSED).value
        row.decided_by, row.decided_at, row.why = acting.account, now, "" if confirm else why
        row.save()
        relating.record(row, Decided(number, confirm), acting=acting, now=now, reason=row.why)
        return relations.relation_of(row)

    return outbox.once(
        scope=f"exchange.decide_relation:{acting.account}",
        key=key,
        request=(number, confirm, why),
        result_type=Relation,
        do=do,
    )


def look_at(*, number: str, acting: Actor, now: datetime) -> Papers:
    row = relations.row(number)
    relating.require_officer(acting, row.division)
    with outbox.unit_of_work():  # in the trail before it is opened
        audit.record(acting=acting, action=LOOKED_AT, target=number, now=now, after={"for": row.subject})
    whom, guardian = relations.whom_of(row), identity.person(row.holder)
    return Papers(guardian.masked_id, identity.masked_id(whom.identifier), whom.name, row.basis, row.valid_to)
