"""What every change of the register does beyond its own rows: the trail, the event, and the gateway's snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shudao.contexts.exchange.services import publishing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event


def record(
    event: Event,
    *,
    acting: Actor,
    target: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """
    Write the trail and the event in the open transaction, and let the gateway know right after it.

    The event's handler publishes too: should the process die between commit and publishing, the worker makes it good.
    """
    audit.record(acting=acting, action=event.NAME, target=target, now=now, before=before, after=after, reason=reason)
    outbox.emit(event, now=now)

    def publish() -> None:
        publishing.publish_snapshot(now=now)

    transaction.on_commit(publish, robust=True)
