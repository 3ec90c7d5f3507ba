"""What follows a delivery: its scores, and the corrections it shows to be owed or done."""

from __future__ import annotations

from shudao.contexts.pool.events import BatchPublished
from shudao.contexts.pool.services import scoring
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now


@outbox.handles(BatchPublished)
@outbox.own_transactions
def score(event: BatchPublished, *, delivery: str) -> None:
    """Reckon the scores; a batch that has them is left as it is."""
    scoring.score(event.batch, now=now())
