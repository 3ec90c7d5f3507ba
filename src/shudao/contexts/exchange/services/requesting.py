"""Ask the source department for a right to data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import NotOffered, NotShared, RequestInvalid, SystemOut
from shudao.contexts.exchange.contracts.registry import Resource, ResourceState, ShareType
from shudao.contexts.exchange.contracts.rights import RequestState, ShareRequest, Wanted
from shudao.contexts.exchange.events import GrantRequested, RequestWithdrawn
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries import rights as reading
from shudao.contexts.exchange.rules import asking, rights
from shudao.contexts.exchange.services import allowing, owing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import NotFound
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date


def request_grant(*, wanted: Wanted, acting: Actor, now: datetime, key: str) -> ShareRequest:
    caller, row = catalogue.system_row(wanted.system), catalogue.resource_row(wanted.resource)
    allowing.require_for(acting, caller.department, Role.DATA_OFFICER, Role.INTEGRATOR)
    resource = catalogue.resource_of(row)
    if resource.share_type is ShareType.REFUSED:
        raise NotShared(basis=resource.basis.zh)
    if resource.state is not ResourceState.PUBLISHED:
        raise NotOffered(resource=resource.code)
    if not caller.active:
        raise SystemOut(client=caller.client)

    def do() -> ShareRequest:
        renewed = _renewed(wanted)
        problems = dict(_problems(wanted, resource, caller.department, renewed, local_date(now)))
        if problems:
            raise RequestInvalid(fields=problems)
        return _keep(_row(wanted, resource, caller, row, renewed, acting, now), resource.share_type, acting, now)

    return outbox.once(
        scope=f"exchange.request_grant:{acting.account}", key=key, request=wanted, result_type=ShareRequest, do=do
    )


def _renewed(wanted: Wanted) -> models.Grant | None:
    if not wanted.renews:
        return None
    found = catalogue.grant_rows().select_for_update(of=("self",)).filter(number=wanted.renews).first()
    if found is None:
        raise NotFound
    return found


def _problems(
    wanted: Wanted, resource: Resource, department: str, renewed: models.Grant | None, today: date
) -> Iterator[tuple[str, str]]:
    yield from asking.request_problems(wanted, resource=resource, department=department, today=today)
    if wanted.row_scope and not regions.find([wanted.row_scope]):
        yield "row_scope", "没有这个行政区划。"
    if renewed is None:
        return
    yield from rights.renewal_problems(wanted, catalogue.grant_of(renewed), today=today)
    if renewed.renewals.exclude(state__in=(RequestState.REFUSED.value, RequestState.WITHDRAWN.value)).exists():
        yield "renews", "这项授权已经申请续期。"


def _row(
    wanted: Wanted,
    resource: Resource,
    caller: models.System,
    asked: models.Resource,
    renewed: models.Grant | None,
    acting: Actor,
    now: datetime,
) -> models.ShareRequest:
    return models.ShareRequest(
        number=new_id(),
        system=caller,
        resource=asked,
        fields=list(asking.in_order(wanted.fields, resource)),
        purpose=wanted.purpose.value,
        scenario=msgspec.to_builtins(wanted.scenario),
        legal_basis=msgspec.to_builtins(wanted.legal_basis),
        matters=list(wanted.matters),
        row_scope=wanted.row_scope,
        quota=wanted.quota,
        rate=wanted.rate,
        verify_only=wanted.verify_only,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        renews=renewed,
        sensitivity=resource.sensitivity,
        department=caller.department,
        provider=asked.provider,
        requested_by=acting.account,
        requested_at=now,
    )


def _keep(row: models.ShareRequest, share_type: ShareType, acting: Actor, now: datetime) -> ShareRequest:
    owed = owing.begin(owing.REPLY, row.number, row.resource, asking.REPLY_DAYS[share_type], acting=acting, now=now)
    row.due_on, row.reply_duty = owed.due_on, owed.duty
    row.save()
    audit.record(
        acting=acting,
        action=GrantRequested.NAME,
        target=row.number,
        now=now,
        after={"resource": row.resource.code, "fields": row.fields, "due_on": owed.due_on.isoformat()},
    )
    outbox.emit(GrantRequested(row.number, row.provider), now=now)
    return catalogue.request_of(row)


def withdraw_request(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> ShareRequest:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明撤回的理由。"})

    def do() -> ShareRequest:
        row = reading.open_request(
            number, may=lambda found: allowing.require_for(acting, found.department, Role.DATA_OFFICER, Role.INTEGRATOR)
        )
        before, row.state = row.state, RequestState.WITHDRAWN.value
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, acting.account, reason
        row.save()
        owing.end(owing.REPLY, number, row.reply_duty, evidence={"decision": row.state}, acting=acting, now=now)
        audit.record(
            acting=acting,
            action=RequestWithdrawn.NAME,
            target=number,
            now=now,
            before={"state": before},
            after={"state": row.state},
            reason=reason,
        )
        outbox.emit(RequestWithdrawn(number), now=now)
        return catalogue.request(number)

    return outbox.once(
        scope=f"exchange.withdraw_request:{acting.account}",
        key=key,
        request=(number, reason),
        result_type=ShareRequest,
        do=do,
    )
