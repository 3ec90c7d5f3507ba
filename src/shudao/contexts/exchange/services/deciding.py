"""Grant or refuse a request, as the source department; never one's own."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import AlreadyDecided, FourEyes, RequestInvalid
from shudao.contexts.exchange.contracts.rights import RequestState, ShareRequest
from shudao.contexts.exchange.events import RequestDecided
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import rights
from shudao.contexts.exchange.services import changing
from shudao.contexts.exchange.services.requesting import clock_subject
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound
from shudao.kernel.ids import new_id


def decide_request(
    *, number: str, grant: bool, opinion: str, basis: str, acting: Actor, now: datetime, key: str
) -> ShareRequest:
    opinion, basis = opinion.strip(), basis.strip()

    def do() -> ShareRequest:
        row = models.ShareRequest.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise NotFound
        _may_decide(row, acting)
        if row.state != RequestState.PENDING.value:
            raise AlreadyDecided(number=number)
        if not grant and not basis:
            raise RequestInvalid(fields={"basis": "不同意共享须写明依据。"})
        return _decide(row, grant, opinion, basis, acting, now)

    return outbox.once(
        scope=f"exchange.decide_request:{acting.account}",
        key=key,
        request=(number, grant, opinion, basis),
        result_type=ShareRequest,
        do=do,
    )


def _may_decide(row: models.ShareRequest, acting: Actor) -> None:
    identity.require(acting, Role.DATA_OFFICER, department=row.provider)
    if acting.kind != "staff":
        raise Forbidden
    if rights.decides_own(acting, requested_by=row.requested_by, department=row.department):
        raise FourEyes


def _decide(
    row: models.ShareRequest, grant: bool, opinion: str, basis: str, acting: Actor, now: datetime
) -> ShareRequest:
    row.state = (RequestState.GRANTED if grant else RequestState.REFUSED).value
    row.decided_by, row.decided_at, row.opinion, row.basis = acting.account, now, opinion, basis
    row.save()
    number = _give(row, now).number if grant else ""
    clocks.stop(subject=clock_subject(row.number), acting=acting, now=now)
    changing.record(
        RequestDecided(row.number, number),
        acting=acting,
        target=row.number,
        now=now,
        before={"state": RequestState.PENDING.value},
        after={"state": row.state, "grant": number},
        reason=basis or opinion,
    )
    return catalogue.request(row.number)


def _give(row: models.ShareRequest, now: datetime) -> models.Grant:
    return models.Grant.objects.create(
        number=new_id(),
        request=row,
        system=row.system,
        resource=row.resource,
        fields=row.fields,
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        matters=row.matters,
        row_scope=row.row_scope,
        quota=row.quota,
        rate=row.rate,
        verify_only=row.verify_only,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        granted_at=now,
    )
