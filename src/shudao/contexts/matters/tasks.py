"""Scheduled work of the matters' room."""

from __future__ import annotations

from shudao.contexts.matters import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

DAY_SECONDS = 300


@outbox.every("matters.apply_law_changes", seconds=DAY_SECONDS)
@outbox.own_transactions
def apply_law_changes() -> None:
    """Bring into force what is due; the day begins at local midnight, so within minutes of it."""
    api.apply_law_changes(now=now())


@outbox.every("matters.publish_revisions", seconds=DAY_SECONDS)
@outbox.own_transactions
def publish_revisions() -> None:
    """Publish what was approved for a day that has come."""
    api.publish_revisions(now=now())
