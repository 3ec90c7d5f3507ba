"""Read the list of data barriers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Q, QuerySet

from shudao.contexts.assessment import models
from shudao.contexts.assessment.contracts import BarrierUnknown, ListedBarrier
from shudao.contexts.assessment.rules import ages
from shudao.contexts.exchange.contracts.barriers import Barrier, BarrierKind, Standing
from shudao.foundation.clocks import api as clocks
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

IsWorking = Callable[[date], bool]
_SORTS = {"since": "since", "kind": "kind", "matters": "matter_count", "cases": "cases", "label": "label"}


def listing(
    *, kind: BarrierKind | None, owner: str, gone: bool | None, text: str, sort: str, page: int, size: int
) -> Page[ListedBarrier]:
    start, stop = bounds(page, size)
    found = _narrowed(kind, owner, gone, text)
    field, down = _SORTS.get(sort.lstrip("-"), "since"), sort.startswith("-")
    rows = found.order_by(f"-{field}" if down else field, "number")[start:stop]
    is_working = clocks.calendar().is_working
    return Page(tuple(_listed(row, is_working) for row in rows), page, size, found.count())


def _narrowed(kind: BarrierKind | None, owner: str, gone: bool | None, text: str) -> QuerySet[models.ListedBarrier]:
    found = models.ListedBarrier.objects.all()
    if kind is not None:
        found = found.filter(kind=kind.value)
    if owner:
        found = found.filter(owner=owner)
    if gone is not None:
        found = found.filter(gone_at__isnull=not gone)
    if text:
        found = found.filter(
            Q(label__icontains=text) | Q(label_en__icontains=text) | Q(resource=text) | Q(subject=text)
        )
    return found


def counts() -> dict[BarrierKind, int]:
    rows = models.ListedBarrier.objects.filter(gone_at=None).values_list("kind").annotate(Count("id"))
    return {BarrierKind(kind): number for kind, number in rows}


def one(number: str) -> ListedBarrier:
    row = models.ListedBarrier.objects.filter(number=number).first()
    if row is None:
        raise BarrierUnknown()
    return _listed(row, clocks.calendar().is_working)


def _listed(row: models.ListedBarrier, is_working: IsWorking) -> ListedBarrier:
    found = Standing(
        kind=BarrierKind(row.kind),
        cause=row.cause,
        subject=row.subject,
        resource=row.resource,
        label=Text(row.label, row.label_en),
        owner=row.owner,
        waiting=row.waiting,
        matters=tuple(row.matters),
        since=row.since,
    )
    until = local_date(row.gone_at or now())
    return ListedBarrier(
        barrier=Barrier(row.number, found, row.found_at, row.gone_at),
        age=ages.working_days(row.since, until, is_working=is_working),
        cases=row.cases,
        counted_at=row.counted_at,
    )
