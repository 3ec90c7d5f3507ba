"""The door of audit: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shudao.foundation.audit.contracts import Actor, Entry
from shudao.foundation.audit.queries import entries as _entries
from shudao.foundation.audit.services import record as _record


def record(
    *,
    acting: Actor,
    action: str,
    target: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    case: str = "",
) -> None:
    """
    Add one entry in the caller's transaction: one for every change of state.

    Args:
        acting: Who does it.
        action: "room.verb", at most 80 characters.
        target: Public code of what changes, at most 120 characters.
        now: Aware, UTC.
        before: What was, JSON-able; codes and states only, no personal data in plain.
        after: What is now, likewise.
        reason: Why, where the act needs a reason.
        case: Case number, where the act belongs to one.

    Raises:
        OutsideTransactionError: no transaction is open, so the entry could outlive a change that failed.
    """
    _record.record(
        acting=acting, action=action, target=target, now=now, before=before, after=after, reason=reason, case=case
    )


def entries(*, target: str = "", case: str = "", account: str = "", limit: int = 100) -> list[Entry]:
    """
    Return the newest entries, newest first, that match everything given.

    Args:
        target: Only of this code; "" for all.
        case: Only of this case; "" for all.
        account: Only by this account; "" for all.
        limit: At most so many.
    """
    return _entries.entries(target=target, case=case, account=account, limit=limit)
