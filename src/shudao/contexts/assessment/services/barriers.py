"""Keep the list of data barriers: entered as the exchange tells them, with what they cost applicants meanwhile."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from shudao.contexts.assessment import models
from shudao.contexts.cases import api as cases
from shudao.contexts.exchange import api as exchange
from shudao.foundation.outbox import api as outbox

# An implementation's 31-character code ends with the basic item's twelve digits.
_CATALOGUE_DIGITS = 12


def keep(number: str) -> None:
    """Enter a barrier as it is now: any order and any number of events leave the same row."""
    one = exchange.barrier(number)
    values = {
        "kind": one.found.kind.value,
        "cause": one.found.cause,
        "subject": one.found.subject,
        "resource": one.found.resource,
        "label": one.found.label.zh,
        "label_en": one.found.label.en,
        "owner": one.found.owner,
        "waiting": one.found.waiting,
        "matters": list(one.found.matters),
        "matter_count": len(one.found.matters),
        "since": one.found.since,
        "found_at": one.found_at,
        "gone_at": one.gone_at,
    }
    models.ListedBarrier.objects.update_or_create(number=number, defaults=values)


def count(*, now: datetime) -> int:
    """Count the cases of every open barrier's matters in one walk; return how many barriers were counted."""
    rows = list(models.ListedBarrier.objects.filter(gone_at=None))
    papers = _days_of_papers({code for row in rows for code in row.matters})
    for row in rows:
        row.cases = sum(day >= row.since for code in row.matters for day in papers[code])
        row.counted_at = now
    with outbox.unit_of_work():
        models.ListedBarrier.objects.bulk_update(rows, ("cases", "counted_at"), batch_size=200)
    return len(rows)


def _days_of_papers(matters: set[str]) -> dict[str, list[date]]:
    """Return by matter the days on which applications came in whose applicants had to bring a paper."""
    found: dict[str, list[date]] = defaultdict(list)
    for case in cases.rows_for_assessment() if matters else ():
        code = case.task_code[-_CATALOGUE_DIGITS:]
        if case.asked and code in matters:
            found[code].append(case.received_on)
    return found
