"""Find entries of the catalogue, and read what they were before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db.models import QuerySet

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import VersionUnknown
from shudao.contexts.exchange.contracts.registry import Listed, Looked, Resource, ResourceVersion
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import freshness
from shudao.contexts.pool import api as pool
from shudao.kernel.paging import Page, bounds
from shudao.kernel.time import local_date

SORTS: dict[str, tuple[str, ...]] = {
    "code": ("code",),
    "name": ("name", "code"),
    "provider": ("provider", "code"),
    "share": ("share_type", "code"),
    "published": ("published_on", "code"),
}


def found(looked: Looked, words: Sequence[str], *, page: int, size: int, today: date) -> Page[Listed]:
    """Return one page of the entries that hold all the words and everything else looked for."""
    start, stop = bounds(page, size)
    made = updates()
    rows = _matching(looked, words)
    if not looked.late:
        total = rows.count()
        shown = [listed(row, made, today) for row in rows[start:stop]]
        return Page(tuple(shown), page, size, total)
    # Lateness comes of the pool's snapshots, not of a column: the catalogue is short enough to be looked through.
    late = [one for one in (listed(row, made, today) for row in rows) if one.late]
    return Page(tuple(late[start:stop]), page, size, len(late))


def _matching(looked: Looked, words: Sequence[str]) -> QuerySet[models.Resource]:
    rows = models.Resource.objects.all()
    if looked.state is not None:
        rows = rows.filter(state=looked.state.value)
    if looked.provider:
        rows = rows.filter(provider=looked.provider)
    if looked.share_type is not None:
        rows = rows.filter(share_type=looked.share_type.value)
    if looked.class_code:
        rows = rows.filter(catalogue_code__startswith=looked.class_code)
    for word in words:
        rows = rows.filter(words__contains=word)
    key = looked.sort.removeprefix("-")
    order = SORTS.get(key, SORTS["code"])
    return rows.order_by(*(f"-{name}" for name in order) if looked.sort.startswith("-") and key in SORTS else order)


def updates() -> dict[str, datetime]:
    """Return when each dataset's current snapshot was made: one query."""
    return {row.code: row.updated_at for row in pool.datasets() if row.updated_at is not None}


def listed(row: models.Resource, made: dict[str, datetime], today: date) -> Listed:
    """Return the row as lists show it."""
    one = catalogue.resource_of(row)
    updated_at = made.get(one.dataset)
    return Listed(one, row.changed_at, updated_at, freshness.is_late(one.cycle, _day(updated_at), today))


def _day(instant: datetime | None) -> date | None:
    return local_date(instant) if instant is not None else None


def entry(code: str, *, today: date) -> Listed:
    return listed(catalogue.resource_row(code), updates(), today)


def versions(code: str) -> list[ResourceVersion]:
    """Return what the entry is, then what it was before, the newest first. Raises ResourceUnknown."""
    row = catalogue.resource_row(code)
    now = ResourceVersion(catalogue.resource_of(row), row.changed_at, row.changed_by, row.reason)
    former = [
        ResourceVersion(msgspec.convert(kept.entry, Resource), kept.changed_at, kept.changed_by, kept.reason)
        for kept in row.versions.order_by("-number")
    ]
    return [now, *former]


def version(code: str, number: int) -> Resource:
    """Return one state of the entry. Raises ResourceUnknown, VersionUnknown."""
    one = next((one.resource for one in versions(code) if one.resource.version == number), None)
    if one is None:
        raise VersionUnknown(resource=code, number=number)
    return one


def providers() -> list[str]:
    """Return the credit codes of those who have entries, in whatever state."""
    return list(models.Resource.objects.order_by("provider").values_list("provider", flat=True).distinct())
