"""Write an event's deliveries into the transaction that made it happen."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from shudao.foundation.outbox.events import Event
from shudao.foundation.outbox.models import EVENT, Job
from shudao.foundation.outbox.rules import registry
from shudao.kernel import time


def emit(event: Event, *, now: datetime) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.NAME}: emit inside the unit of work that makes it true")
    due_at = min(now, time.now())  # at once, also where the caller's instant is ahead of the worker's clock
    payload = msgspec.json.encode(event).decode()
    Job.objects.bulk_create(
        Job(kind=EVENT, name=event.NAME, handler=path, payload=payload, due_at=due_at, created_at=now)
        for path in registry.handlers_of(event.NAME)
    )
