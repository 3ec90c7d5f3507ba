"""Write an event's deliveries into the transaction that made it happen."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from shudao.foundation.outbox.events import Event
from shudao.foundation.outbox.models import EVENT, Job
from shudao.foundation.outbox.rules import registry


def emit(event: Event, *, now: datetime) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.NAME}: emit inside the unit of work that makes it true")
    payload = msgspec.json.encode(event).decode()
    Job.objects.bulk_create(
        Job(kind=EVENT, name=event.NAME, handler=path, payload=payload, due_at=now, created_at=now)
        for path in registry.handlers_of(event.NAME)
    )
