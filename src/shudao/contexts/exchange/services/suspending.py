"""Suspend a grant until a day, as the data bureau: it leaves the gateway's snapshot, and is back on the day after."""

from __future__ import annotations

from datetime import date, datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import Grant
from shudao.contexts.exchange.events import GrantSuspended
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries import rights as reading
from shudao.contexts.exchange.services import changing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date


def suspend(*, grant: str, until: date | None, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明理由。"})

    def do() -> Grant:
        row = reading.open_grant(grant, may=lambda found: identity.require(acting, Role.DATA_BUREAU))
        if until is not None and not local_date(now) <= until <= row.valid_to:
            raise RequestInvalid(fields={"until": "暂停须在授权期内，不早于今天。"})
        return _suspend(row, until, reason, acting, now)

    return outbox.once(
        scope=f"exchange.suspend:{acting.account}",
        key=key,
        request=(grant, until, reason),
        result_type=Grant,
        do=do,
    )


def _suspend(row: models.Grant, until: date | None, reason: str, acting: Actor, now: datetime) -> Grant:
    before, row.suspended_until = row.suspended_until, until
    row.suspended_by, row.suspended_why = acting.account, reason
    row.save()
    changing.record(
        GrantSuspended(row.number),
        acting=acting,
        target=row.number,
        now=now,
        before={"suspended_until": before and before.isoformat()},
        after={"suspended_until": until and until.isoformat()},
        reason=reason,
    )
    return catalogue.grant_of(row)
