"""Count from the ledger how often each dataset is asked: a day's calls and answers, for the pool to keep."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from shudao.contexts.exchange.queries import catalogue, ledger
from shudao.contexts.pool import api as pool
from shudao.kernel.time import local_date

DAYS = 2


def count_use(*, now: datetime) -> dict[date, dict[str, tuple[int, int]]]:
    """Count the last two local days anew, today's as far as it is, and give the pool each day's figures."""
    today = local_date(now)
    days = [today - timedelta(days=back) for back in range(DAYS)]
    datasets = {resource.code: resource.dataset for resource in catalogue.resources() if resource.dataset}
    calls: Counter[tuple[date, str]] = Counter()
    answers: Counter[tuple[date, str]] = Counter()
    for day, resource, answered in ledger.calls(since=days[-1]):
        if dataset := datasets.get(resource):
            calls[day, dataset] += 1
            answers[day, dataset] += answered
    found = {
        day: {dataset: (calls[day, dataset], answers[day, dataset]) for dataset in sorted(set(datasets.values()))}
        for day in days
    }
    for day, counts in found.items():
        pool.record_use(day=day, counts=counts)
    return found
