"""Ask the source department for a right to data."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts import NotShared, Purpose, RequestInvalid, ShareRequest, ShareType
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
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

REPLY_BASIS = "政务数据共享条例（国务院令第809号）"


def clock_subject(number: str) -> str:
    """Return the name under which the reply's clock runs."""
    return f"share-request:{number}"


def request_grant(
    *,
    system: str,
    resource: str,
    fields: tuple[str, ...],
    purpose: Purpose,
    scenario: Text,
    legal_basis: Text,
    matters: tuple[str, ...],
    row_scope: str,
    quota: int,
    valid_from: date,
    valid_to: date,
    acting: Actor,
    now: datetime,
    key: str,
) -> ShareRequest:
    caller, wanted = catalogue.system_row(system), catalogue.resource_row(resource)
    allowing.require_for(acting, caller.department, Role.DATA_OFFICER, Role.INTEGRATOR)
    entry = catalogue.resource_of(wanted)
    if entry.share_type is ShareType.REFUSED:
        raise NotShared(basis=entry.basis.zh)
    problems = dict(
        asking.request_problems(
            resource=entry,
            department=caller.department,
            fields=fields,
            matters=matters,
            row_scope=row_scope,
            quota=quota,
            valid_from=valid_from,
            valid_to=valid_to,
            today=local_date(now),
        )
    )
    if not legal_basis.zh.strip():
        problems["legal_basis"] = "请写明申请的依据。"
    if not scenario.zh.strip():
        problems["scenario"] = "请写明使用场景。"
    if problems:
        raise RequestInvalid(fields=problems)
    if row_scope:
        regions.get(row_scope)
    row = models.ShareRequest(
        number=new_id(),
        system=caller,
        resource=wanted,
        fields=list(asking.in_order(fields, entry)),
        purpose=Purpose(purpose).value,
        scenario=msgspec.to_builtins(scenario),
        legal_basis=msgspec.to_builtins(legal_basis),
        matters=list(matters),
        row_scope=row_scope,
        quota=quota,
        valid_from=valid_from,
        valid_to=valid_to,
        department=caller.department,
        provider=wanted.provider,
        requested_by=acting.account,
        requested_at=now,
    )
    return outbox.once(
        scope=f"exchange.request_grant:{acting.account}",
        key=key,
        request=(
            system,
            resource,
            fields,
            purpose,
            scenario,
            legal_basis,
            matters,
            row_scope,
            quota,
            valid_from,
            valid_to,
        ),
        result_type=ShareRequest,
        do=lambda: _keep(row, entry.share_type, acting, now),
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
