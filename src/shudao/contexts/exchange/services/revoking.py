"""End a grant before its time: withdrawn by its source or the bureau, or given back by its caller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import Ending, Grant
from shudao.contexts.exchange.events import GrantRevoked
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries import rights as reading
from shudao.contexts.exchange.services import allowing, changing, owing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def revoke(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    def may(row: models.Grant) -> None:
        allowing.require_for(acting, row.resource.provider, Role.DATA_OFFICER)

    return _end(Ending.WITHDRAWN, grant, reason, may, acting, now, key)


def give_back(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    def may(row: models.Grant) -> None:
        allowing.require_for(acting, row.system.department, Role.DATA_OFFICER, Role.INTEGRATOR)

    return _end(Ending.RETURNED, grant, reason, may, acting, now, key)


def _end(
    how: Ending,
    grant: str,
    reason: str,
    may: Callable[[models.Grant], None],
    acting: Actor,
    now: datetime,
    key: str,
) -> Grant:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明理由。"})

    def do() -> Grant:
        row = reading.open_grant(grant, may=may)
        row.revoked_at, row.revoked_by, row.revoked_why, row.ended_as = now, acting.account, reason, how.value
        row.save()
        owing.end(owing.SUPPLY, grant, row.supply_duty, evidence={"ended": how.value}, acting=acting, now=now)
        after = {"revoked": True, "ended_as": how.value}
        changing.record(GrantRevoked(grant), acting=acting, target=grant, now=now, after=after, reason=reason)
        return catalogue.grant_of(row)

    return outbox.once(
        scope=f"exchange.{'revoke' if how is Ending.WITHDRAWN else 'give_back'}:{acting.account}",
        key=key,
        request=(grant, reason),
        result_type=Grant,
        do=do,
    )
