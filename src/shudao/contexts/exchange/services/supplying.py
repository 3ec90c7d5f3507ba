"""
Close what a source owes after its consent, once it really supplies.

Data of the pool are supplied when a snapshot of the dataset can be asked: the caller need not have asked yet, and a
source is not blamed for a caller that never does.
"""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.events import DataSupplied
from shudao.contexts.exchange.queries import rights
from shudao.contexts.exchange.services import changing, owing
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox


def note_supply(*, now: datetime) -> int:
    """Mark the grants whose data are there by now, and close their duties; return how many."""
    there = {dataset for dataset, rows in pool.counts().items() if rows}
    waiting = models.Grant.objects.filter(revoked_at=None, supplied_at=None, supply_due_on__isnull=False)
    numbers = list(waiting.filter(resource__dataset__in=there).values_list("number", flat=True))
    for number in numbers:
        with outbox.unit_of_work():
            row = rights.open_grant(number, may=lambda _: None)
            if row.supplied_at is not None:
                continue
            row.supplied_at = now
            row.save()
            evidence = {"dataset": row.resource.dataset}
            owing.end(owing.SUPPLY, number, row.supply_duty, evidence=evidence, acting=SYSTEM, now=now)
            changing.record(DataSupplied(number), acting=SYSTEM, target=number, now=now, after=evidence)
    return len(numbers)
