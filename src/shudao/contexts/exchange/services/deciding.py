"""Grant a request, wholly or in part, or refuse it, as the source department; never one's own."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import FourEyes, RequestInvalid, SecondOfficer
from shudao.contexts.exchange.contracts.rights import Given, RequestState, ShareRequest
from shudao.contexts.exchange.events import RequestDecided, RequestProposed
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries import rights as reading
from shudao.contexts.exchange.rules import asking, rights
from shudao.contexts.exchange.services import changing, owing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date


def decide_request(
    *,
    number: str,
    grant: bool,
    opinion: str,
    basis: str,
    given: Given | None,
    acting: Actor,
    now: datetime,
    key: str,
) -> ShareRequest:
    opinion, basis = opinion.strip(), basis.strip()

    def do() -> ShareRequest:
        row = reading.open_request(number, may=lambda found: _may_decide(found, acting))
        if not grant:
            if not basis:
                raise RequestInvalid(fields={"basis": "不同意共享须写明依据。"})
            return _refuse(row, opinion, basis, acting, now)
        giving = _given(row, given, opinion, now)
        row.sensitivity = max(row.sensitivity, row.resource.sensitivity)
        if rights.needs_two(row.sensitivity) and row.state == RequestState.PENDING.value:
            return _propose(row, giving, opinion, basis, acting, now)
        return _grant(row, giving, opinion, basis, acting, now)

    return outbox.once(
        scope=f"exchange.decide_request:{acting.account}",
        key=key,
        request=(number, grant, opinion, basis, given),
        result_type=ShareRequest,
        do=do,
    )


def _may_decide(row: models.ShareRequest, acting: Actor) -> None:
    identity.require(acting, Role.DATA_OFFICER, department=row.provider)
    if acting.kind != "staff":
        raise Forbidden
    if rights.decides_own(acting, requested_by=row.requested_by, department=row.department):
        raise FourEyes
    if row.state == RequestState.PROPOSED.value and row.proposed_by == acting.account:
        raise SecondOfficer


def _given(row: models.ShareRequest, given: Given | None, opinion: str, now: datetime) -> Given:
    """Return what is to be given: as asked, as the first officer proposed, or the less that is said here."""
    asked, resource = catalogue.request_of(row), catalogue.resource_of(row.resource)
    if row.state == RequestState.PROPOSED.value:
        if given is not None and given != asked.given:
            raise RequestInvalid(fields={"decision": "第二名数据员只能按第一名的意见同意，或者不同意。"})
        giving = asked.given or rights.as_asked(asked)
    else:
        giving = given or rights.as_asked(asked)
    problems = dict(rights.widened(asked, giving, resource=resource, today=local_date(now)))
    if rights.narrowed(asked, giving) and not opinion and row.state == RequestState.PENDING.value:
        problems["opinion"] = "部分同意须说明理由。"
    if row.renews is not None and row.renews.revoked_at is not None:
        problems["decision"] = "原授权已经终止，不能续期。"
    if giving.row_scope and not regions.find([giving.row_scope]):
        problems["row_scope"] = "没有这个行政区划。"
    if problems:
        raise RequestInvalid(fields=problems)
    return replace(giving, fields=asking.in_order(giving.fields, resource))


def _propose(
    row: models.ShareRequest, giving: Given, opinion: str, basis: str, acting: Actor, now: datetime
) -> ShareRequest:
    row.state, row.proposal = RequestState.PROPOSED.value, msgspec.to_builtins(giving)
    row.proposed_by, row.proposed_at, row.opinion, row.basis = acting.account, now, opinion, basis
    row.save()
    changing.record(
        RequestProposed(row.number, row.provider),
        acting=acting,
        target=row.number,
        now=now,
        before={"state": RequestState.PENDING.value},
        after={"state": row.state, "narrowed": _narrowed(row, giving)},
        reason=opinion,
    )
    return catalogue.request(row.number)


def _refuse(row: models.ShareRequest, opinion: str, basis: str, acting: Actor, now: datetime) -> ShareRequest:
    before = row.state
    _decided(row, RequestState.REFUSED, opinion, basis, acting, now)
    return _told(row, before, "", (), acting, now)


def _grant(
    row: models.ShareRequest, giving: Given, opinion: str, basis: str, acting: Actor, now: datetime
) -> ShareRequest:
    before = row.state
    _decided(row, RequestState.GRANTED, opinion or row.opinion, basis or row.basis, acting, now)
    number = _give(row, giving, acting, now)
    return _told(row, before, number, _narrowed(row, giving), acting, now)


def _decided(
    row: models.ShareRequest, state: RequestState, opinion: str, basis: str, acting: Actor, now: datetime
) -> None:
    row.state = state.value
    row.decided_by, row.decided_at, row.opinion, row.basis = acting.account, now, opinion, basis
    row.save()


def _told(
    row: models.ShareRequest, before: str, number: str, narrowed: tuple[str, ...], acting: Actor, now: datetime
) -> ShareRequest:
    evidence = {"decision": row.state, "grant": number}
    owing.end(owing.REPLY, row.number, row.reply_duty, evidence=evidence, acting=acting, now=now)
    changing.record(
        RequestDecided(row.number, number),
        acting=acting,
        target=row.number,
        now=now,
        before={"state": before},
        after={"state": row.state, "grant": number, "narrowed": list(narrowed)},
        reason=row.basis or row.opinion,
    )
    return catalogue.request(row.number)


def _narrowed(row: models.ShareRequest, giving: Given) -> tuple[str, ...]:
    return rights.narrowed(catalogue.request_of(row), giving)


def _give(row: models.ShareRequest, giving: Given, acting: Actor, now: datetime) -> str:
    number = new_id()
    owed = owing.begin(owing.SUPPLY, number, row.resource, rights.SUPPLY_DAYS, acting=acting, now=now)
    models.Grant.objects.create(
        number=number,
        request=row,
        system=row.system,
        resource=row.resource,
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        granted_at=now,
        supply_due_on=owed.due_on,
        supply_duty=owed.duty,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(giving).items()},
    )
    return number
