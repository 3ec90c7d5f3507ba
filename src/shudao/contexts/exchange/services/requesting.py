"""Ask the source department for a right to data."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import NotShared, RequestInvalid
from shudao.contexts.exchange.contracts.registry import Resource, ShareType
from shudao.contexts.exchange.contracts.rights import ShareRequest, Wanted
from shudao.contexts.exchange.events import GrantRequested
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import asking
from shudao.contexts.exchange.services import allowing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import Limit, Unit
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

REPLY_BASIS = "政务数据共享条例（国务院令第809号）"


def clock_subject(number: str) -> str:
    """Return the name under which the reply's clock runs."""
    return f"share-request:{number}"


def request_grant(*, wanted: Wanted, acting: Actor, now: datetime, key: str) -> ShareRequest:
    caller, row = catalogue.system_row(wanted.system), catalogue.resource_row(wanted.resource)
    allowing.require_for(acting, caller.department, Role.DATA_OFFICER, Role.INTEGRATOR)
    resource = catalogue.resource_of(row)
    if resource.share_type is ShareType.REFUSED:
        raise NotShared(basis=resource.basis.zh)
    problems = dict(
        asking.request_problems(wanted, resource=resource, department=caller.department, today=local_date(now))
    )
    if problems:
        raise RequestInvalid(fields=problems)
    if wanted.row_scope:
        regions.get(wanted.row_scope)
    return outbox.once(
        scope=f"exchange.request_grant:{acting.account}",
        key=key,
        request=wanted,
        result_type=ShareRequest,
        do=lambda: _keep(_row(wanted, resource, caller, row, acting, now), resource.share_type, acting, now),
    )


def _row(
    wanted: Wanted,
    resource: Resource,
    caller: models.System,
    asked: models.Resource,
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
        department=caller.department,
        provider=asked.provider,
        requested_by=acting.account,
        requested_at=now,
    )


def _keep(row: models.ShareRequest, share_type: ShareType, acting: Actor, now: datetime) -> ShareRequest:
    due = clocks.start(
        subject=clock_subject(row.number),
        kind="legal",
        limit=Limit(asking.REPLY_DAYS[share_type], Unit.WORKDAY),
        at=now,
        basis=REPLY_BASIS,
        acting=acting,
        now=now,
    )
    row.due_on = due.on
    row.save()
    audit.record(
        acting=acting,
        action=GrantRequested.NAME,
        target=row.number,
        now=now,
        after={"resource": row.resource.code, "fields": row.fields, "due_on": due.on.isoformat()},
    )
    outbox.emit(GrantRequested(row.number, row.provider), now=now)
    return catalogue.request_of(row)
