"""The legal representative of a company: the company register says so, asked through the gateway and in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.answers import Compared
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.relations import (
    IN_BUSINESS,
    NAME,
    REPRESENTATIVE,
    REPRESENTATIVES,
    STATUS,
    NotRepresentative,
    Relation,
    RelationKind,
    RelationState,
    TooManyTries,
)
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.events import RelationDecided
from shudao.contexts.exchange.queries import relations
from shudao.contexts.exchange.queries.relations import Whom
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.rules import relations as rules
from shudao.contexts.exchange.services import asking, relating
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

TRIED = "exchange.represent_in_vain"


def represent(*, code: str, name: str, acting: Actor, now: datetime, key: str) -> Relation:
    code, name = code.strip().upper(), name.strip()
    if acting.kind == "anonymous":
        raise SignInNeeded
    if acting.kind != "person" or not acting.person:
        raise Forbidden
    faults = {
        "code": "" if identity.is_credit_code(code) else "统一社会信用代码不正确，请核对是否输错。",
        "name": disputing.value_problem(name),
    }
    if found := {field: sentence for field, sentence in faults.items() if sentence}:
        raise RequestInvalid(fields=found)
    _not_too_often(acting, now)
    number = new_id()
    # Before the transaction: a call may take seconds, and nobody else shall wait for it.
    told = _looked_up(number, code, name, acting, now)
    return outbox.once(
        scope=f"exchange.represent:{acting.account}",
        key=key,
        request=(code, name),
        result_type=Relation,
        do=lambda: _keep(number, code, name, told, acting, now),
    )


def _not_too_often(acting: Actor, now: datetime) -> None:
    entries = audit.entries(account=acting.account, limit=200)
    since = now - timedelta(days=1)
    if sum(one.action == TRIED and one.instant > since for one in entries) >= rules.TRIES:
        raise TooManyTries


def _looked_up(number: str, code: str, name: str, acting: Actor, now: datetime) -> Compared:
    """
    Ask the register whether the company has this name and this representative. The person's number goes as its keyed
    hash, which is what the pool keeps of it: a namesake is not taken for the representative.
    """
    claims = {NAME: name, STATUS: IN_BUSINESS, REPRESENTATIVE: acting.person}
    told = asking.compare(
        resource=REPRESENTATIVES,
        subject_id=code,
        purpose=Purpose.VERIFICATION,
        case=number,
        claims=claims,
        acting=acting,
    )
    if not told.agrees:
        with outbox.unit_of_work():
            after = {"for": identity.person_key(code), "entry": told.ledger_id}
            audit.record(acting=acting, action=TRIED, target=number, now=now, after=after)
        raise NotRepresentative
    return told


def _keep(number: str, code: str, name: str, told: Compared, acting: Actor, now: datetime) -> Relation:
    subject, today = identity.person_key(code), local_date(now)
    relating.replace(acting.person, subject, acting=acting, now=now, renewing=True)
    row = models.Relation.objects.create(
        number=number,
        kind=RelationKind.COMPANY.value,
        holder=acting.person,
        subject=subject,
        code=code,
        sealed=relations.seal(number, Whom(code, name)),
        state=RelationState.STANDING.value,
        valid_to=rules.representative_until(today),
        entry=told.ledger_id,
        recorded_by=acting.account,
        recorded_at=now,
    )
    relating.record(row, RelationDecided(number, stands=True), acting=acting, now=now, entry=told.ledger_id)
    return relations.relation_of(row)
