"""
Close what a source owes after its consent, once it really supplies.

Data of the pool are supplied when a snapshot of the dataset can be asked: the caller need not have asked yet, and a
source is not blamed for a caller that never does. A department's own service is supplied once the gateway got an answer
from it, whoever asked: the ledger says so, and the call that shows it closes the duty. The gateway does not ask by
itself, for every question to a service is about somebody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shudao.contexts.exchange import models
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
    """Whether an entry's data can be asked: the dataset has rows, or the department's own service answered lately."""
    entry = catalogue.find_resources([resource]).get(resource)
    if entry is None:
        return False
    if entry.dataset:
        return bool(pool.counts().get(entry.dataset))
    return bool(evidence.answering(resource, since=now - RECENT))


def _supplied(now: datetime) -> dict[str, dict[str, str]]:
    """Return by the numbers of waiting grants what shows that their data are there."""
    waiting = models.Grant.objects.filter(revoked_at=None, supplied_at=None, supply_due_on__isnull=False)
    there = {dataset for dataset, rows in pool.counts().items() if rows}
    pooled = waiting.filter(resource__dataset__in=there).values_list("number", "resource__dataset")
    own = waiting.filter(resource__dataset="").values_list("number", "resource__code")
    calls = {code: evidence.answering(code, since=now - RECENT) for code in {code for _, code in own}}
    return {number: {"dataset": dataset} for number, dataset in pooled} | {
        number: {"call": calls[code]} for number, code in own if calls[code]
    }
