"""Read how items stand, the revisions under way, and what bodies make of new versions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.db.models import F, Q, QuerySet

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    Adoption,
    AdoptionState,
    BasicItem,
    ItemLife,
    MatterNotFound,
    Revision,
    RevisionState,
    VersionRow,
)
from shudao.contexts.matters.queries.offers import item_of
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text

OPEN_REVISIONS = (RevisionState.DRAFT.value, RevisionState.REVIEW.value, RevisionState.SCHEDULED.value)


def life(catalog_code: str) -> ItemLife:
    """Read how one item stands."""
    item = models.BasicItem.objects.filter(catalog_code=catalog_code).first()
    if item is None:
        raise MatterNotFound
    published = dict(
        models.Revision.objects.filter(catalog_code=catalog_code, published_version__isnull=False).values_list(
            "published_version", "number"
        )
    )
    versions = (
        models.BasicItemVersion.objects.filter(item=item).order_by("-number").values_list("number", "accepted_at")
    )
    behind = models.Implementation.objects.filter(catalog_code=catalog_code).exclude(state="3")
    under_way = models.Revision.objects.filter(catalog_code=catalog_code, state__in=OPEN_REVISIONS).first()
    return ItemLife(
        catalog_code=catalog_code,
        state=item.state,
        version=item.version,
        versions=tuple(VersionRow(number, at, published.get(number, "")) for number, at in versions),
        under_way=under_way.number if under_way else "",
        behind=behind.exclude(item_version__number=item.version).count(),
    )


def item_at(catalog_code: str, version: int) -> BasicItem:
    """Read one version of a basic item."""
    row = models.BasicItemVersion.objects.filter(item__catalog_code=catalog_code, number=version).first()
    if row is None:
        raise MatterNotFound
    return item_of(row)


def revisions(
    kinds: Iterable[str] | None, state: RevisionState | None, text: str, page: int, size: int
) -> Page[Revision]:
    """Read one page, the latest changed first; of business lines (None: all), in a state."""
    start, stop = bounds(page, size)
    found = models.Revision.objects.order_by("-changed_at", "-pk")
    if kinds is not None:
        found = found.filter(department_kind__in=list(kinds))
    if state:
        found = found.filter(state=state.value)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(catalog_code=text))
    return Page(tuple(revision_of(row) for row in found[start:stop]), page, size, found.count())


def revision(number: str) -> Revision:
    """Read one revision."""
    return revision_of(revision_row(number, lock=False))


def revision_row(number: str, *, lock: bool) -> models.Revision:
    """Read one revision's row, to change it when `lock`. Raises NotFound."""
    rows = models.Revision.objects.select_for_update() if lock else models.Revision.objects
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def revision_of(row: models.Revision) -> Revision:
    """Turn a stored revision into its contract."""
    return Revision(
        number=row.number,
        catalog_code=row.catalog_code,
        name=Text(row.name, row.name_en),
        department_kind=row.department_kind,
        base_version=row.base_version,
        item=msgspec.convert(row.fields, BasicItem),
        state=RevisionState(row.state),
        note=row.note,
        author=row.author,
        changed_at=row.changed_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        review_note=row.review_note,
        effective_on=row.effective_on,
        published_version=row.published_version,
    )


def adoptions(
    bodies: Iterable[str] | None, catalog_code: str, state: AdoptionState | None, page: int, size: int
) -> Page[Adoption]:
    """Read one page, the first due first; of bodies (None: all), of an item, in a state."""
    start, stop = bounds(page, size)
    found = adoption_rows().order_by("due_on", "pk")
    if bodies is not None:
        found = found.filter(body__in=list(bodies))
    if catalog_code:
        found = found.filter(catalog_code=catalog_code)
    if state:
        found = found.filter(state=state.value)
    return Page(tuple(adoption_of(row) for row in found[start:stop]), page, size, found.count())


def adoption(number: str) -> Adoption:
    """Read one adoption. Raises NotFound."""
    row = adoption_rows().filter(number=number).first()
    if row is None:
        raise NotFound
    return adoption_of(row)


def adoption_counts(catalog_code: str) -> dict[AdoptionState, int]:
    """Count what bodies made of the accepted version of an item."""
    found = models.Adoption.objects.filter(
        catalog_code=catalog_code, item_version__number=F("item_version__item__version")
    )
    states = list(found.values_list("state", flat=True))
    return {state: states.count(state.value) for state in AdoptionState}


def adoption_rows() -> QuerySet[models.Adoption]:
    """All adoptions with the versions they are about."""
    return models.Adoption.objects.select_related("item_version")


def adoption_of(row: models.Adoption) -> Adoption:
    """Turn a stored adoption into its contract."""
    return Adoption(
        number=row.number,
        catalog_code=row.catalog_code,
        name=Text(row.item_version.name, row.item_version.name_en),
        version=row.item_version.number,
        body=row.body,
        division=row.division,
        implementations=row.implementations,
        due_on=row.due_on,
        duty=row.duty,
        state=AdoptionState(row.state),
        reason=Text(row.reason, row.reason_en),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
