"""Read published scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shudao.contexts.assessment import contracts, models


def latest() -> contracts.Publication:
    """The last publication; raises NothingPublished."""
    row = models.Publication.objects.first()
    if row is None:
        raise contracts.NothingPublished()
    return contracts.Publication(
        number=row.id,
        day=row.day,
        published_at=row.published_at.isoformat(),
        matters=row.matters,
        cases=row.cases,
        ratings=row.ratings,
        digest=row.digest,
    )


def every_score(publication: int) -> Iterator[contracts.Score]:
    """All scores of one publication, by indicator, division, department kind."""
    ordered = models.PublishedScore.objects.filter(publication_id=publication)
    for row in ordered.order_by("indicator", "division", "department_kind").iterator(chunk_size=2000):
        yield _score(row)


def of_divisions(
    publication: int, divisions: Iterable[str], *, department_kind: str = ""
) -> dict[str, dict[str, contracts.Score]]:
    """indicator → division → score, for one line of departments."""
    found: dict[str, dict[str, contracts.Score]] = {}
    wanted = models.PublishedScore.objects.filter(
        publication_id=publication, department_kind=department_kind, division__in=list(divisions)
    )
    for row in wanted:
        found.setdefault(row.indicator, {})[row.division] = _score(row)
    return found


def of_departments(publication: int, division: str) -> dict[str, dict[str, contracts.Score]]:
    """department kind → indicator → score, within one division ("" is all departments together)."""
    found: dict[str, dict[str, contracts.Score]] = {}
    for row in models.PublishedScore.objects.filter(publication_id=publication, division=division):
        found.setdefault(row.department_kind, {})[row.indicator] = _score(row)
    return found


def _score(row: models.PublishedScore) -> contracts.Score:
    unit = contracts.Unit(row.division, row.department_kind)
    return contracts.Score(row.indicator, unit, row.numerator, row.denominator, row.value)
