"""Withdraw a licence."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.licences import contracts, models
from shudao.contexts.licences.events import LicenceRevoked
from shudao.contexts.licences.queries import licences as queries
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid


def revoke(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> contracts.Licence:
    """Withdraw once."""
    found = queries.get(number, now=now)
    if acting.kind != "system":
        identity.require(acting, Role.REVIEWER, department=found.department, division=found.division)
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明撤销的原因和依据。"})
    outbox.once(
        scope=f"licences.revoke:{acting.account}",
        key=key,
        request=(number, reason),
        result_type=str,
        do=lambda: _write(found, reason, acting=acting, now=now),
    )
    return queries.get(number, now=now)


def _write(found: contracts.Licence, reason: str, *, acting: Actor, now: datetime) -> str:
    still = models.Licence.objects.filter(number=found.number, revoked_at__isnull=True)
    if not still.update(revoked_at=now, revoked_reason=reason):
        raise contracts.AlreadyRevoked
    audit.record(
        acting=acting,
        action="licences.revoke",
        target=found.number,
        now=now,
        before={"state": found.state},
        after={"state": contracts.LicenceState.REVOKED},
        reason=reason,
        case=found.case,
    )
    outbox.emit(LicenceRevoked(number=found.number, type_code=found.type_code, division=found.division), now=now)
    return found.number
