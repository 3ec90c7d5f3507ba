"""One matter with everything: which implementation serves a division, and what it inherits."""

from __future__ import annotations

import msgspec
from django.db.models import F

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    BasicItem,
    Implementation,
    MatterNotFound,
    MatterNotOffered,
    Override,
)
from shudao.contexts.matters.models import BasicItemVersion
from shudao.contexts.matters.queries import laws
from shudao.contexts.matters.queries.places import standing
from shudao.contexts.matters.rules import codes
from shudao.contexts.matters.rules import national as national_rules
from shudao.contexts.matters.rules.inherit import resolve
from shudao.foundation.regions import api as regions

IN_USE = "1"


def implementation(task_code: str, version: int | None) -> Implementation:
    """Resolve an implementation, present or former."""
    if not codes.is_task_code(task_code):
        raise MatterNotFound()
    row = models.Implementation.objects.filter(task_code=task_code).select_related("item_version__item").first()
    if row is not None and version in (None, row.version):
        return _resolved(row)
    former = models.FormerImplementation.objects.filter(task_code=task_code, version=version or 0)
    found = former.select_related("item_version__item").first()
    if found is None:
        raise MatterNotFound()
    return _resolved(found)


def at(catalog_code: str, division: str) -> Implementation:
    """Resolve the implementation that people of the division use."""
    row = nearest(catalog_code, division)
    if row is None:
        raise MatterNotOffered()
    return _resolved(row)


def nearest(catalog_code: str, division: str) -> models.Implementation | None:
    """Read the division's own implementation in use, else the nearest above."""
    named = {"catalog_code": catalog_code} if catalog_code.isdigit() else {"code": codes.word(catalog_code)}
    found = models.Implementation.objects.filter(division__in=regions.chain(division), state=IN_USE, **named)
    return found.select_related("item_version__item").order_by("-use_level").first()


def basic_items() -> list[BasicItem]:
    """Read all accepted versions."""
    rows = BasicItemVersion.objects.filter(number=F("item__version")).order_by("item__catalog_code")
    return [item_of(row) for row in rows]


def basic_item(code: str) -> BasicItem:
    """Read one accepted version."""
    named = {"item__catalog_code": code} if code.isdigit() else {"item__code": codes.word(code)}
    row = BasicItemVersion.objects.filter(number=F("item__version"), **named).first()
    if row is None:
        raise MatterNotFound()
    return item_of(row)


def national(matter: Implementation) -> national_rules.NationalFields:
    """Put an implementation into the national exchange's form."""
    levels = BasicItemVersion.objects.filter(
        item__catalog_code=matter.catalog_code, number=matter.item_version
    ).values_list("fields__levels", flat=True)
    return national_rules.fields(matter, laws.articles(matter.cited), tuple(levels.first() or ()))


def item_of(row: BasicItemVersion) -> BasicItem:
    """Turn a stored version into its contract."""
    return msgspec.convert({**row.fields, "version": row.number}, BasicItem)


def _resolved(row: models.Implementation | models.FormerImplementation) -> Implementation:
    overrides = msgspec.convert(row.overrides, tuple[Override, ...])
    return resolve(item_of(row.item_version), standing(row), overrides)
