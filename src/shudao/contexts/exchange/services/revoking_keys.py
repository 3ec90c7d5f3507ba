"""Revoke a system's public key: it leaves the gateway's snapshot, and the sessions that it opened end with it."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange.contracts.refusals import KeyAlreadyRevoked, RequestInvalid
from shudao.contexts.exchange.contracts.registry import System
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.services import allowing, changing, warning
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def revoke_key(*, client: str, key_id: str, reason: str, acting: Actor, now: datetime, key: str) -> System:
    reason = reason.strip()
    system = catalogue.system_row(client)
    allowing.require_for(acting, system.department, Role.INTEGRATOR, Role.DATA_OFFICER)
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明理由。"})

    def do() -> System:
        row = catalogue.key_row(client, key_id)
        if row.revoked_at is not None:
            raise KeyAlreadyRevoked(key=key_id)
        before = row.valid_to
        row.revoked_at, row.revoked_by, row.revoked_why = now, acting.account, reason
        row.valid_to = min(row.valid_to, now)
        row.save()
        changing.record(
            CatalogueChanged(client),
            acting=acting,
            target=client,
            now=now,
            before={"key": key_id, "valid_to": before.isoformat()},
            after={"key": key_id, "revoked_at": now.isoformat()},
            reason=reason,
        )
        warning.settle(system, now=now)
        return catalogue.system(system)

    return outbox.once(
        scope=f"exchange.revoke_key:{acting.account}",
        key=key,
        request=(client, key_id, reason),
        result_type=System,
        do=do,
    )
