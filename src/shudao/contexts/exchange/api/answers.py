"""The door to data: asking the gateway as the platform itself."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange.contracts.answers import Answer
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.services import (
    asking,
)
from shudao.foundation.audit.contracts import Actor


def ask(
    *,
    resource: str,
    subject_id: str,
    purpose: Purpose | str,
    case: str,
    fields: tuple[str, ...],
    acting: Actor,
    now: datetime,
) -> Answer:
    """
    Ask the gateway for granted fields of one subject, as the platform's own system.

    Args:
        resource: Resource code.
        subject_id: Resident id or credit code; only in memory and on the loopback socket.
        purpose: Must be the grant's.
        case: Case number: the reason that the ledger and the citizen see.
        fields: What is wanted; a field beyond the grant is refused, not dropped in silence.
        acting: On whose behalf.
        now: Aware, UTC. (The call itself is stamped by the kernel's clock, which the gateway compares with its own.)

    Returns:
        The fields, the data's `as_of`, and the id of the ledger entry, durable before the answer came.

    Raises:
        Unavailable: with `reason` and a sentence for people. Never takes more than 3 seconds.
    """
    return asking.ask(
        resource=resource, subject_id=subject_id, purpose=purpose, case=case, fields=fields, acting=acting, now=now
    )


def one_window_client() -> str:
    """Return the platform's own client id, "SHUDAO/GOV/<provincial data bureau>/one-window"."""
    return asking.one_window_client()
