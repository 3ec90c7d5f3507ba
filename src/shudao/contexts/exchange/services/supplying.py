"""
Close what a source owes after its consent, once it really supplies.

The law has the source supply, not the caller use: what ends the 20 working days is that the grant can be used. Data of
the pool are there when a snapshot of the dataset can be asked. A department's own service is there when it answered a
call of late, whoever asked (the ledger says so, and the call closes the duty), or, where nobody called, when the
gateway reaches it: which it looks at without asking anything, because every question to a service is about somebody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import gateway
from shudao.contexts.exchange.events import DataSupplied
from shudao.contexts.exchange.queries import catalogue, evidence, rights
from shudao.contexts.exchange.services import changing, owing
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox

# A service that answered longer ago is not taken to answer now.
RECENT = timedelta(days=2)


def note_supply(*, now: datetime) -> int:
    """Mark the grants whose data are there by now, and close their duties; return how many."""
    found = _supplied(now)
    for number, shown in found.items():
        with outbox.unit_of_work():
            row = rights.open_grant(number, may=lambda _: None)
            if row.supplied_at is not None:
                continue
            row.supplied_at = now
            row.save()
            owing.end(owing.SUPPLY, number, row.supply_duty, evidence=shown, acting=SYSTEM, now=now)
            changing.record(DataSupplied(number), acting=SYSTEM, target=number, now=now, after=shown)
    return len(found)


def there(resource: str, *, now: datetime) -> bool:
    """Whether an entry's data can be asked: the dataset has rows, or the department's own service is there."""
    entry = catalogue.find_resources([resource]).get(resource)
    if entry is None:
        return False
    if entry.dataset:
        return bool(pool.counts().get(entry.dataset))
    return bool(_answering({resource}, now))


def _supplied(now: datetime) -> dict[str, dict[str, str]]:
    """Return by the numbers of waiting grants what shows that their data are there."""
    waiting = models.Grant.objects.filter(revoked_at=None, supplied_at=None, supply_due_on__isnull=False)
    there = {dataset for dataset, rows in pool.counts().items() if rows}
    pooled = waiting.filter(resource__dataset__in=there).values_list("number", "resource__dataset")
    own = waiting.filter(resource__dataset="").values_list("number", "resource__code")
    answering = _answering({code for _, code in own}, now)
    return {number: {"dataset": dataset} for number, dataset in pooled} | {
        number: answering[code] for number, code in own if code in answering
    }


def _answering(resources: set[str], now: datetime) -> dict[str, dict[str, str]]:
    """Return what shows that departments' own services are there; one that failed all calls of late is not."""
    calls = {code: evidence.tried(code, since=now - RECENT) for code in resources}
    unknown = {code for code, one in calls.items() if not one.answered and not one.failed}
    reached = unknown & gateway.reachable() if unknown else set()
    return {code: {"call": one.answered} for code, one in calls.items() if one.answered} | {
        code: {"reached": now.isoformat()} for code in reached
    }
