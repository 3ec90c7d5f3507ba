"""Read who left, and who is leaving."""

from __future__ import annotations

from shudao.contexts.pool.contracts.lifetimes import Erased, ErasureRow
from shudao.contexts.pool.models import Erasure


def erasures(*, account: str = "", limit: int = 50) -> list[ErasureRow]:
    """Return the latest `limit` erasures, newest first: those that one account asked for, or all."""
    asked = Erasure.objects.filter(account=account) if account else Erasure.objects.all()
    return [
        ErasureRow(
            done=Erased(one.number, one.rows, one.mentions, one.quarantined, tuple(one.waiting)),
            subject=one.subject,
            account=one.account,
            begun_at=one.begun_at,
            done_at=one.done_at,
        )
        for one in asked.order_by("-pk")[:limit]
    ]
