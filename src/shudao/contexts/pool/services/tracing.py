"""Follow rows from the delivery to the index; count who asks for a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shudao.contexts.pool.adapters import index
from shudao.contexts.pool.models import Dataset, Use
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.queries import tracing as queries
from shudao.contexts.pool.rules.tracing import LineageRow, UseRow
from shudao.foundation.outbox import api as outbox

_MOST_FILES = 2_000


def lineage(dataset: str, *, batch: str, limit: int) -> list[LineageRow]:
    row = manifest.dataset(dataset)
    indexed = index.stands_at(dataset)
    return queries.lineage(row, indexed=indexed, batch=batch, limit=min(max(limit, 1), _MOST_FILES))


def record_use(day: date, counts: Mapping[str, tuple[int, int]]) -> None:
    with outbox.unit_of_work():
        for row in Dataset.objects.filter(code__in=list(counts)):
            calls, answered = counts[row.code]
            Use.objects.update_or_create(dataset=row, day=day, defaults={"calls": calls, "answered": answered})


def use(since: date, until: date) -> list[UseRow]:
    return queries.use(since, until)
