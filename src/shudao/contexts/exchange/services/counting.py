"""
Count from the ledger: how often each dataset is asked, for the pool to keep, and who called what, for the silo map.

The pool's figures are of every call, refused ones as well. The map's are of calls that were carried out, answered or
without a record: a refusal is no use, and a caller that proved nothing is nobody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Max

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.silos import DAYS as MAP_DAYS
from shudao.contexts.exchange.queries import catalogue, ledger
from shudao.contexts.pool import api as pool
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date

DAYS = 2
Uses = Counter[tuple[date, str, str]]


def count_use(*, now: datetime) -> dict[date, dict[str, tuple[int, int]]]:
    """Count the last two local days anew, today's as far as it is; the map's days since they were last counted."""
    today = local_date(now)
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    datasets = {resource.code: resource.dataset for resource in catalogue.resources() if resource.dataset}
    calls: Counter[tuple[date, str]] = Counter()
    answers: Counter[tuple[date, str]] = Counter()
    done, answered = Uses(), Uses()
    ledger.register().catch_up()
    for day in _days(_since(today), today):
        for (client, resource), one in ledger.calls(day).items():
            done[day, client, resource] += one.carried
            answered[day, client, resource] += one.answered
            if (dataset := datasets.get(resource)) and day in days:
                calls[day, dataset] += one.calls
                answers[day, dataset] += one.answered
    _keep({*days, *(day for day, _, _ in done)}, done, answered)
    found = {
        day: {dataset: (calls[day, dataset], answers[day, dataset]) for dataset in sorted(set(datasets.values()))}
        for day in days
    }
    for day, counts in found.items():
        pool.record_use(day=day, counts=counts)
    return found


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _since(today: date) -> date:
    """The first day to count: yesterday, or the last one that was counted before, but none that the map leaves out."""
    oldest = today - timedelta(days=MAP_DAYS - 1)
    last = models.UseOfDay.objects.filter(day__lte=today).aggregate(last=Max("day"))["last"]
    return max(oldest, min(last or oldest, today - timedelta(days=DAYS - 1)))


def _keep(days: Iterable[date], done: Mapping[tuple[date, str, str], int], answered: Uses) -> None:
    """Replace the counts of these days."""
    with outbox.unit_of_work():
        models.UseOfDay.objects.filter(day__in=set(days)).delete()
        models.UseOfDay.objects.bulk_create(
            models.UseOfDay(day=key[0], client=key[1], resource=key[2], calls=count, answers=answered[key])
            for key, count in sorted(done.items())
            if count
        )
