"""How much is in order: by rule, by division rolled up the tree, by kind of body."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import FindingState, Rate
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.foundation.regions import api as regions

# How many leading digits tell divisions of a level apart, 1 province … 5 village.
_DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
_MISSING = Q(rule="item-missing")


def overall(below: str) -> Rate:
    """Of a division and all below it."""
    open_ones = _open(below)
    return Rate(below, _implemented(below) + open_ones.filter(_MISSING).count(), _deviating(open_ones))


def by_rule(below: str) -> list[Rate]:
    """Of each rule: how many are in order as far as it goes. Rules that nobody breaks are there too."""
    open_ones = _open(below)
    base = _implemented(below) + open_ones.filter(_MISSING).count()
    counted = dict(open_ones.values_list("rule").annotate(count=Count("subject", distinct=True)))
    return [Rate(code, base, counted.get(code, 0)) for code in RULES]


def by_division(below: str) -> dict[str, Rate]:
    """Of each division directly below, by its code; the division's own bodies under its own code."""
    level = regions.level_of(below)
    digits = _DIGITS[min(level + 1, 5)]
    key = Substr("division", 1, digits)
    bodies = _bodies(below).annotate(key=key).values_list("key").annotate(count=Sum("implementations"))
    open_ones = _open(below).annotate(key=key)
    missing = open_ones.filter(_MISSING).values_list("key").annotate(count=Count("pk"))
    deviating = open_ones.values_list("key").annotate(count=Count("subject", distinct=True))
    return _rates(dict(bodies), dict(missing), dict(deviating), lambda key: f"{key:0<12}")


def by_kind(below: str) -> dict[str, Rate]:
    """Of each kind of body, of all below a division."""
    bodies = _bodies(below).values_list("body_kind").annotate(count=Sum("implementations"))
    open_ones = _open(below)
    missing = open_ones.filter(_MISSING).values_list("body_kind").annotate(count=Count("pk"))
    deviating = open_ones.values_list("body_kind").annotate(count=Count("subject", distinct=True))
    return _rates(dict(bodies), dict(missing), dict(deviating), str)


def _rates(
    bodies: dict[str, int], missing: dict[str, int], deviating: dict[str, int], name: Callable[[str], str]
) -> dict[str, Rate]:
    return {
        name(key): Rate(name(key), bodies.get(key, 0) + missing.get(key, 0), deviating.get(key, 0))
        for key in sorted({*bodies, *missing})
    }


def _open(below: str) -> QuerySet[models.Finding]:
    """Open findings of implementations, there or missing; those of basic items themselves are nobody's share."""
    found = models.Finding.objects.filter(state=FindingState.OPEN, division__range=regions.span(below))
    return found.exclude(subject=F("catalog_code"))


def _bodies(below: str) -> QuerySet[models.BodyCount]:
    return models.BodyCount.objects.filter(division__range=regions.span(below))


def _implemented(below: str) -> int:
    return _bodies(below).aggregate(count=Sum("implementations"))["count"] or 0


def _deviating(found: QuerySet[models.Finding]) -> int:
    return found.values("subject").distinct().count()
