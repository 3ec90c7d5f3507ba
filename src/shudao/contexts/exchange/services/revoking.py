"""Withdraw a grant."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import AlreadyRevoked, RequestInvalid
from shudao.contexts.exchange.contracts.rights import Grant
from shudao.contexts.exchange.events import GrantRevoked
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.services import allowing, changing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound


def revoke(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明撤销的理由。"})

    def do() -> Grant:
        row = models.Grant.objects.select_for_update().filter(number=grant).first()
        if row is None:
            raise NotFound
        allowing.require_for(acting, row.resource.provider, Role.DATA_OFFICER)
        if row.revoked_at is not None:
            raise AlreadyRevoked(number=grant)
        row.revoked_at, row.revoked_by, row.revoked_why = now, acting.account, reason
        row.save()
        changing.record(
            GrantRevoked(grant), acting=acting, target=grant, now=now, after={"revoked": True}, reason=reason
        )
        return catalogue.grant_of(row)

    return outbox.once(
        scope=f"exchange.revoke:{acting.account}", key=key, request=(grant, reason), result_type=Grant, do=do
    )
