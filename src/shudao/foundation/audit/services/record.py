"""Add one entry to the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shudao.foundation.audit.contracts import Actor, OutsideTransactionError
from shudao.foundation.audit.models import AuditEntry


def record(
    *,
    acting: Actor,
    action: str,
    target: str,
    now: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str,
    case: str,
) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"{action}: record inside the transaction that makes the change")
    AuditEntry.objects.create(
        instant=now,
        account=acting.account,
        kind=acting.kind,
        action=action,
        target=target,
        case=case,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        reason=reason,
    )
