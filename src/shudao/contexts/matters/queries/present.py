"""The national fields of implementations that stand in the catalogue, in portions or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import Article, BasicItem, Implementation, Override
from shudao.contexts.matters.queries import laws
from shudao.contexts.matters.queries.offers import item_of
from shudao.contexts.matters.queries.places import Places
from shudao.contexts.matters.rules import national
from shudao.contexts.matters.rules.inherit import resolve
from shudao.foundation.regions import api as regions

_CANCELLED = "3"
_PORTION = 500


class Present:
    """Resolves implementations: each version of a basic item, each place and each article is read once."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._items: dict[int, BasicItem] = {}
        self._articles: dict[str, Article] = {}
        self._places = Places()

    def under(self, task_codes: Iterable[str]) -> dict[str, national.NationalFields]:
        """Return the 120 fields of what stands under these codes; the rest is absent."""
        found = models.Implementation.objects.filter(task_code__in=list(task_codes))
        return {row.task_code: self.fields(row)[1] for row in found}

    def every(self, division: str | None) -> Iterator[tuple[Implementation, national.NationalFields]]:
        """Stream what is in use or suspended, by code; inside a division or everywhere."""
        found = models.Implementation.objects.exclude(state=_CANCELLED).order_by("task_code")
        if division:
            found = found.filter(division__range=regions.span(division))
        for row in found.iterator(chunk_size=_PORTION):
            yield self.fields(row)

    def fields(self, row: models.Implementation) -> tuple[Implementation, national.NationalFields]:
        """Return a row resolved, and its 120 fields."""
        item = self._item(row.item_version_id)
        standing = self._places.standing(row, item.department_kind)
        matter = resolve(item, standing, msgspec.convert(row.overrides, tuple[Override, ...]))
        return matter, national.fields(matter, self.articles(matter.cited), item.levels)

    def articles(self, codes: Iterable[str]) -> dict[str, Article]:
        """Return articles by code."""
        missing = set(codes) - set(self._articles)
        if missing:
            self._articles |= laws.articles(missing)
        return self._articles

    def _item(self, key: int) -> BasicItem:
        if key not in self._items:
            self._items[key] = item_of(models.BasicItemVersion.objects.get(pk=key))
        return self._items[key]
