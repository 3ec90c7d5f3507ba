"""Lists of requests and grants: found, sorted and cut into pages by the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import Case, F, Q, QuerySet, Value, When

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.rights import (
    OPEN_STATES,
    RENEWABLE,
    Ending,
    Grant,
    GrantsLooked,
    RequestsLooked,
    ShareRequest,
    Standing,
)
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.queries.paging import page_of
from shudao.kernel.paging import Page

T = TypeVar("T")
_RUNNING = frozenset((Standing.VALID, Standing.ENDING, Standing.SUSPENDED, Standing.FUTURE))
_SETTLED = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
_REQUEST_SORTS: dict[str, tuple[Any, ...]] = {
    "due": (_SETTLED, F("due_on")),
    "asked": (F("requested_at"),),
    "resource": (F("resource__code"),),
}
_GRANT_SORTS: dict[str, tuple[Any, ...]] = {
    "until": (F("valid_to"),),
    "from": (F("valid_from"),),
    "resource": (F("resource__code"),),
}


def requests(looked: RequestsLooked, *, page: int, size: int, today: date) -> Page[ShareRequest]:
    found = models.ShareRequest.objects.all()
    if looked.departments is not None:
        found = found.filter(Q(department__in=looked.departments) | Q(provider__in=looked.departments))
    if looked.resource:
        found = found.filter(resource__code=looked.resource)
    if looked.state is not None:
        found = found.filter(state=looked.state.value)
    if looked.overdue:
        found = found.filter(state__in=OPEN_STATES, due_on__lt=today)
    numbers = page_of(_sorted(found, looked.sort, _REQUEST_SORTS), str, page, size)
    return _told(numbers, catalogue.request_rows(), catalogue.request_of)


def grants(looked: GrantsLooked, *, page: int, size: int, today: date) -> Page[Grant]:
    found = models.Grant.objects.all()
    if looked.resource:
        found = found.filter(resource__code=looked.resource)
    if looked.standings:
        found = found.filter(_stand(looked.standings, today))
    if looked.unsupplied:
        owed = Q(revoked_at=None, supplied_at=None, supply_due_on__lt=today)
        found = found.filter(owed, valid_to__gte=today)
    numbers = page_of(_sorted(found, looked.sort, _GRANT_SORTS), str, page, size)
    return _told(numbers, catalogue.grant_rows(), catalogue.grant_of)


def _stand(standings: tuple[Standing, ...], today: date) -> Q:
    """`Grant.standing` as a condition."""
    gone, renewable = Q(revoked_at__isnull=False), today + RENEWABLE
    running = Q(revoked_at=None, valid_to__gte=today)
    free = running & (Q(suspended_until=None) | Q(suspended_until__lt=today))
    conditions = {
        Standing.WITHDRAWN: gone & ~Q(ended_as=Ending.RETURNED),
        Standing.RETURNED: gone & Q(ended_as=Ending.RETURNED),
        Standing.EXPIRED: Q(revoked_at=None, valid_to__lt=today),
        Standing.SUSPENDED: running & Q(suspended_until__gte=today),
        Standing.FUTURE: free & Q(valid_from__gt=today),
        Standing.ENDING: free & Q(valid_from__lte=today, valid_to__lte=renewable),
        Standing.VALID: free & Q(valid_from__lte=today, valid_to__gt=renewable),
    }
    wanted = Q()
    for one in standings:
        wanted |= conditions[one]
    # Said once more for all of them, so that an index can be used.
    return running & wanted if _RUNNING.issuperset(standings) else wanted


def _sorted(found: QuerySet[Any], sort: str, sorts: dict[str, tuple[Any, ...]]) -> QuerySet[Any]:
    """Return the numbers sorted by one of `sorts`, what is equal by number; newest first where nothing is asked."""
    keys = sorts.get(sort.removeprefix("-"), ())
    down = sort.startswith("-") or not keys
    ordered = [one.desc() if down else one.asc() for one in (*keys, F("number"))]
    return found.order_by(*ordered).values_list("number", flat=True)


def _told(numbers: Page[str], rows: QuerySet[Any], told: Callable[[Any], T]) -> Page[T]:
    """Read the rows of a page alone, with all that belongs to them: what is sorted stays narrow."""
    found = {row.number: told(row) for row in rows.filter(number__in=numbers.items)}
    return replace(numbers, items=tuple(found[number] for number in numbers.items if number in found))
