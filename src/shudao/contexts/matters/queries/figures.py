"""Figures about the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from shudao.contexts.matters.contracts import Offering, OnlineRow, TimeLimit
from shudao.contexts.matters.models import (
    BasicItem,
    BasicItemVersion,
    Form,
    Implementation,
    LegalArticle,
    LegalDocument,
)
from shudao.contexts.matters.queries.lists import Filter, condition, nearest_of_each
from shudao.contexts.matters.queries.offers import IN_USE
from shudao.contexts.matters.rules.codes import ON_APPLICATION
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text


def department_kinds(division: str, audience: str | None) -> dict[str, int]:
    """Count matters by business line."""
    found = nearest_of_each(division, below=True).filter(condition(Filter(audience=audience)))
    counted = found.values("department_kind").annotate(matters=Count("pk")).order_by("-matters", "department_kind")
    return {one["department_kind"]: one["matters"] for one in counted}


def departments_offering(division: str) -> tuple[Offering, ...]:
    """Count matters by acting body."""
    counted = (
        nearest_of_each(division)
        .values("department", "department_name", "department_name_en", "body_kind")
        .annotate(matters=Count("pk"))
        .order_by("-matters", "department")
    )
    return tuple(
        Offering(
            one["department"],
            Text(one["department_name"], one["department_name_en"]),
            one["body_kind"],
            one["matters"],
        )
        for one in counted
    )


def counts() -> dict[str, int]:
    """Count the library."""
    accepted = BasicItemVersion.objects.filter(item__state=IN_USE)
    return {
        "documents": LegalDocument.objects.count(),
        "articles": LegalArticle.objects.count(),
        "verified_articles": LegalArticle.objects.filter(verified=True).count(),
        "forms": Form.objects.count(),
        "matters": BasicItem.objects.filter(state=IN_USE).count(),
        "departments": accepted.values("department_kind").distinct().count(),
        "implementations": Implementation.objects.filter(state=IN_USE).count(),
    }


def online_rows(division: str | None) -> Iterator[OnlineRow]:
    """Stream what the assessment reads."""
    found = Implementation.objects.filter(state=IN_USE, task_type__in=ON_APPLICATION)
    if division:
        found = found.filter(division__range=regions.span(division))
    columns = (
        "task_code", "catalog_code", "division", "department", "department_kind", "use_level", "task_type",
        "project_type", "state", "tier", "visits", "legal_amount", "legal_unit", "promised_amount", "promised_unit",
    )  # fmt: skip
    for one in found.order_by("division", "task_code").values_list(*columns).iterator(chunk_size=5000):
        row: tuple[Any, ...] = (*one[:11], TimeLimit(*one[11:13]), TimeLimit(*one[13:]))
        yield OnlineRow(*row)
