"""One page of what the database found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet

from shudao.kernel.paging import Page, bounds

T = TypeVar("T")


def page_of(found: QuerySet[Any], told: Callable[[Any], T], page: int, size: int) -> Page[T]:
    """Return a page of the rows, each as `told` says it. Raises Invalid for a page that cannot be."""
    start, stop = bounds(page, size)
    return Page(tuple(told(row) for row in found[start:stop]), page, size, found.count())
