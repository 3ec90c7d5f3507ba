"""Take the one extension of a conditional reply that Order 809 allows, with a reason."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import NotExtendable, RequestInvalid
from shudao.contexts.exchange.contracts.registry import ShareType
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.exchange.events import ReplyExtended
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries import rights as reading
from shudao.contexts.exchange.rules import rights
from shudao.contexts.exchange.services import owing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import Limit, Unit
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def extend_reply(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> ShareRequest:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明延长的理由。"})

    def do() -> ShareRequest:
        row = reading.open_request(
            number, may=lambda found: identity.require(acting, Role.DATA_OFFICER, department=found.provider)
        )
        if row.extended_by or row.resource.share_type != ShareType.CONDITIONAL.value:
            raise NotExtendable
        return _extend(row, reason, acting, now)

    return outbox.once(
        scope=f"exchange.extend_reply:{acting.account}",
        key=key,
        request=(number, reason),
        result_type=ShareRequest,
        do=do,
    )


def _extend(row: models.ShareRequest, reason: str, acting: Actor, now: datetime) -> ShareRequest:
    due = clocks.extend(
        subject=owing.clock_subject(owing.REPLY, row.number),
        by=Limit(rights.EXTENSION_DAYS, Unit.WORKDAY),
        basis=owing.BASIS,
        acting=acting,
        now=now,
    )
    before, row.due_on = row.due_on, due.on
    row.extended_by, row.extended_why = acting.account, reason
    row.save()
    if row.reply_duty:
        duties.reassign(row.reply_duty, owner=row.provider, due_on=due.on, reason=reason, acting=acting, now=now)
    audit.record(
        acting=acting,
        action=ReplyExtended.NAME,
        target=row.number,
        now=now,
        before={"due_on": before.isoformat()},
        after={"due_on": due.on.isoformat()},
        reason=reason,
    )
    outbox.emit(ReplyExtended(row.number), now=now)
    return catalogue.request(row.number)
