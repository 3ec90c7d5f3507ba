"""Read implementations in bulk for those who hold them against their standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Max, QuerySet, TextField
from django.db.models.functions import Cast

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import Acting, BasicItem, LawStatus, Listed
from shudao.contexts.matters.queries.offers import item_of

_CANCELLED = "3"
_CHUNK = 5000
_COLUMNS = {"item": "item_version_id", "overrides": "own"}


def listed(catalog_codes: Iterable[str] | None, task_codes: Iterable[str] | None) -> Iterator[Listed]:
    """Stream the rows by catalogue code."""
    found = _standing()
    if catalog_codes is not None:
        found = found.filter(catalog_code__in=list(catalog_codes))
    if task_codes is not None:
        found = found.filter(task_code__in=list(task_codes))
    columns = [_COLUMNS.get(name, name) for name in Listed._fields]
    rows = found.annotate(own=Cast("overrides", TextField())).order_by("catalog_code", "division")
    return map(Listed._make, rows.values_list(*columns).iterator(chunk_size=_CHUNK))


def item_versions(keys: Iterable[int]) -> dict[int, BasicItem]:
    """Read stored versions by key, in portions."""
    wanted, found = sorted(set(keys)), {}
    for start in range(0, len(wanted), 500):
        for row in models.BasicItemVersion.objects.filter(pk__in=wanted[start : start + 500]):
            found[row.pk] = item_of(row)
    return found


def item_states() -> dict[str, str]:
    """Read the state of every basic item."""
    return dict(models.BasicItem.objects.values_list("catalog_code", "state"))


def acting() -> list[Acting]:
    """Count by body."""
    rows = _standing().values_list("department", "division", "body_kind").annotate(count=Count("pk"))
    return [Acting(*row) for row in rows.order_by("department")]


def acting_among(departments: Iterable[str]) -> set[str]:
    """Those bodies that have anything at all, in portions."""
    wanted, found = sorted(set(departments)), set()
    for start in range(0, len(wanted), 500):
        some = _standing().filter(department__in=wanted[start : start + 500])
        found |= set(some.values_list("department", flat=True).distinct())
    return found


def newest_version() -> int:
    """The key of the version of a basic item that was written last."""
    return int(models.BasicItemVersion.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def _standing() -> QuerySet[models.Implementation]:
    return models.Implementation.objects.exclude(state=_CANCELLED)


def articles_in_force() -> frozenset[str]:
    """Read the codes of the articles that may be cited."""
    gone = LawStatus.REPEALED.value
    found = models.LegalArticle.objects.exclude(status=gone).exclude(document__status=gone)
    return frozenset(found.values_list("code", flat=True))
