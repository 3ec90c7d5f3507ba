"""The list of barriers follows what the exchange tells."""

from __future__ import annotations

from shudao.contexts.assessment import api
from shudao.contexts.exchange.events import BarrierFound, BarrierGone
from shudao.foundation.outbox import api as outbox


@outbox.handles(BarrierFound)
def keep_barrier(event: BarrierFound, *, delivery: str) -> None:
    """Enter it, or enter what is known of it now."""
    api.keep_barrier(event.barrier)


@outbox.handles(BarrierGone)
def close_barrier(event: BarrierGone, *, delivery: str) -> None:
    """Enter its end; it stays in the list's history."""
    api.keep_barrier(event.barrier)
