"""Lists of implementations: always the materialised columns, at most four queries a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from shudao.contexts.matters.contracts import MatterRow, TimeLimit
from shudao.contexts.matters.models import BasicItem, Implementation
from shudao.contexts.matters.queries.offers import IN_USE
from shudao.contexts.matters.rules import codes
from shudao.foundation.regions import api as regions
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Filter:
    """What `api.find` was asked for."""

    text: str = ""
    division: str = ""
    audience: str | None = None
    department_kind: str | None = None
    department: str | None = None
    theme: str | None = None
    event: str | None = None
    hot: bool = False
    below: bool = False


def find(chosen: Filter, ranked: list[str] | None, page: int, size: int) -> Page[MatterRow]:
    """Read one page of what people of a division can use, in the order of `ranked` catalogue codes where given."""
    start, stop = bounds(page, size)
    found = in_order(nearest_of_each(chosen.division, chosen.below).filter(condition(chosen)), ranked)
    chain = frozenset(regions.chain(chosen.division))
    rows = tuple(row(one, below=one.division not in chain) for one in found[start:stop])
    return Page(rows, page, size, found.count())


def in_order(found: QuerySet[Implementation], ranked: list[str] | None) -> QuerySet[Implementation]:
    """Keep and order by `ranked`; None keeps all: hot ones first, then by catalogue code."""
    if ranked is None:
        return found.order_by("-hot", "catalog_code")
    if not ranked:
        return found.none()
    order = Case(*(When(catalog_code=code, then=Value(n)) for n, code in enumerate(ranked)))
    return found.filter(catalog_code__in=ranked).order_by(order)


def nearest_of_each(division: str, below: bool = False) -> QuerySet[Implementation]:
    """Return, for each basic item, the implementation nearest to the division; with `below`, else any below it."""
    same = Implementation.objects.filter(catalog_code=OuterRef("catalog_code"), state=IN_USE)
    best = same.filter(division__in=regions.chain(division)).order_by("-use_level").values("pk")[:1]
    chosen: Any = Subquery(best)
    if below:
        lower = same.filter(division__range=regions.span(division)).order_by("division").values("pk")[:1]
        chosen = Coalesce(Subquery(best), Subquery(lower))
    return Implementation.objects.filter(pk__in=BasicItem.objects.values_list(chosen, flat=True))


def inside(catalog_code: str, division: str, page: int, size: int) -> Page[MatterRow]:
    """Read who offers a matter in a subtree."""
    named: Any = catalog_code
    if not catalog_code.isdigit():  # the short code has no index among implementations
        named = Subquery(BasicItem.objects.filter(code=codes.word(catalog_code)).values("catalog_code")[:1])
    found = Implementation.objects.filter(catalog_code=named, division__range=regions.span(division), state=IN_USE)
    return _page(found.order_by("division"), page, size)


def of_department(department: str, ranked: list[str] | None, page: int, size: int) -> Page[MatterRow]:
    """Read what a body itself offers."""
    return _page(in_order(Implementation.objects.filter(department=codes.word(department)), ranked), page, size)


def rows(task_codes: Iterable[str]) -> dict[str, MatterRow]:
    """Read many rows."""
    found = Implementation.objects.filter(task_code__in={codes.word(one) for one in task_codes})
    return {one.task_code: row(one) for one in found}


def row(one: Implementation, below: bool = False) -> MatterRow:
    """Turn a stored row into its contract; a row that stands for lower divisions names no body."""
    return MatterRow(
        task_code="" if below else one.task_code,
        catalog_code=one.catalog_code,
        code=one.code,
        name=Text(one.name, one.name_en),
        division="" if below else one.division,
        use_level=one.use_level,
        department="" if below else one.department,
        department_name=Text("") if below else Text(one.department_name, one.department_name_en),
        department_kind=one.department_kind,
        task_type=one.task_type,
        project_type=one.project_type,
        audience=one.audience,
        themes=_parts(one.themes),
        events=_parts(one.events),
        tier=one.tier,
        visits=one.visits,
        legal=TimeLimit(one.legal_amount, one.legal_unit),
        promised=TimeLimit(one.promised_amount, one.promised_unit),
        hot=one.hot,
        state=one.state,
    )


def _page(found: QuerySet[Implementation], page: int, size: int) -> Page[MatterRow]:
    start, stop = bounds(page, size)
    return Page(tuple(row(one) for one in found[start:stop]), page, size, found.count())


def condition(chosen: Filter) -> Q:
    """Return the filters that concern single rows."""
    wanted = Q()
    if chosen.audience:
        wanted &= Q(audience__in=[chosen.audience, "both"])
    for field in ("department_kind", "department"):
        if value := getattr(chosen, field):
            wanted &= Q(**{field: codes.word(value)})
    if chosen.theme:
        wanted &= Q(themes__contains=f"^{codes.word(chosen.theme)}^")
    if chosen.event:
        wanted &= Q(events__contains=f"^{codes.word(chosen.event)}^")
    return wanted & Q(hot=True) if chosen.hot else wanted


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split("^") if part)
