"""All that rests on an article: items, places in them, and every implementation through inheritance, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import msgspec
from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Substr

from shudao.contexts.matters.contracts import BasicItem, CitingItem, DivisionCount, Impact, Override
from shudao.contexts.matters.models import BasicItemVersion, Citation, Implementation
from shudao.contexts.matters.queries.offers import item_of
from shudao.contexts.matters.queries.owners import owner_of
from shudao.contexts.matters.rules import citing, inherit
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text

CANCELLED = "3"
# How many digits of a division's code tell the children of a division of each level apart.
_DIGITS = {1: 4, 2: 6, 3: 9, 4: 12, 5: 12}


@dataclass(frozen=True, slots=True)
class OwnCitation:
    """Implementations of one body that cite an article by what the place added, not by their basic item."""

    catalog_code: str
    department: str
    division: str
    kind: str


def of(article: str, division: str) -> Impact:
    """Read it for one article; `division` says whose children the implementations are counted by."""
    whole, counted = Counter[str](), Counter[str]()
    level = regions.get(division).level
    for row in _groups(article, division, _DIGITS[level]):
        whole[row["catalog_code"]] += row["n"]
        counted[row["place"]] += row["n"]
    items = tuple(_items(article, whole))
    return Impact(
        article=article,
        division=division,
        items=items,
        implementations=sum(whole.values()),
        divisions=tuple(_counts(division, counted)),
        rules=citing.rules_on(article),
    )


def own_citations(article: str) -> Iterator[OwnCitation]:
    """Yield the bodies whose own additions cite the article while the version that they inherit does not."""
    found = _candidates(article).filter(said__contains=f'"{article}"')
    exact = _Exact(article)
    rows = found.values_list("item_version_id", "said", "catalog_code", "department", "division", "department_kind")
    for version, said, *rest in rows.distinct():
        if exact.cites(version, said) and not exact.cites(version, "[]"):
            yield OwnCitation(*rest)


def cited_by() -> dict[str, set[str]]:
    """Return for each article the catalogue codes of the basic items whose accepted version cites it."""
    found = Citation.objects.filter(item_version__number=F("item_version__item__version"))
    found = found.exclude(item_version__item__state=CANCELLED)
    items: dict[str, set[str]] = {}
    for article, catalog_code in found.values_list("article", "item_version__item__catalog_code").distinct():
        items.setdefault(article, set()).add(catalog_code)
    return items


class _Exact:
    """Whether a version with a place's overrides cites the article: read and resolved once for each pair."""

    def __init__(self, article: str) -> None:
        self._article = article
        self._items: dict[int, BasicItem] = {}
        self._known: dict[tuple[int, str], bool] = {}

    def cites(self, version: int, overrides: str) -> bool:
        key = (version, overrides)
        if key not in self._known:
            item = self._items.get(version) or item_of(BasicItemVersion.objects.get(pk=version))
            self._items[version] = item
            chosen = msgspec.json.decode(overrides, type=tuple[Override, ...])
            resolved = inherit.as_item(item, inherit.apply(item, chosen)) if chosen else item
            self._known[key] = self._article in resolved.cited
        return self._known[key]


def _candidates(article: str) -> QuerySet[Implementation]:
    versions = Citation.objects.filter(article=article).values("item_version_id")
    found = Implementation.objects.exclude(state=CANCELLED).annotate(said=Cast("overrides", TextField()))
    return found.filter(Q(item_version_id__in=versions) | Q(said__contains=f'"{article}"'))


def _groups(article: str, division: str, digits: int) -> Iterator[dict[str, object]]:
    exact = _Exact(article)
    found = _candidates(article).filter(division__range=regions.span(division))
    grouped = found.annotate(place=Substr("division", 1, digits)).values(
        "item_version_id", "said", "place", "catalog_code"
    )
    for row in grouped.annotate(n=Count("pk")).order_by():
        if exact.cites(row["item_version_id"], row["said"]):
            yield row


def _items(article: str, implementations: Counter[str]) -> Iterator[CitingItem]:
    owner = cache(lambda kind: owner_of(kind).code)
    accepted = BasicItemVersion.objects.filter(number=F("item__version")).exclude(item__state=CANCELLED)
    concerned = accepted.filter(
        Q(citations__article=article) | Q(item__catalog_code__in=list(implementations))
    ).distinct()
    for row in concerned.select_related("item").order_by("item__catalog_code"):
        item = item_of(row)
        yield CitingItem(
            catalog_code=item.catalog_code,
            code=item.code,
            name=item.name,
            department_kind=item.department_kind,
            department=owner(item.department_kind),
            version=row.number,
            places=tuple(place for code, place in citing.cited(item) if code == article),
            implementations=implementations[item.catalog_code],
        )


def _counts(division: str, counted: Counter[str]) -> Iterator[DivisionCount]:
    own = regions.get(division)
    names = {one.code: one.name for one in (own, *regions.children(division))}
    for place, number in sorted(counted.items()):
        code = place.ljust(12, "0")
        yield DivisionCount(code, names.get(code, Text(code)), number)
