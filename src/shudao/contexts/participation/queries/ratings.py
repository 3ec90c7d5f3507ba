"""Reading ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shudao.contexts.participation import contracts, models
from shudao.kernel.time import local_date

_COLUMNS = ("case", "task_code", "division", "department", "channel", "level", "rated_at")


def rating_of(case: str) -> contracts.Rating | None:
    """Return the rating of a case."""
    row = models.Rating.objects.filter(case=case).first()
    return rating(row) if row else None


def ratings_of(cases: Iterable[str]) -> dict[str, contracts.Rating]:
    """Return the ratings of many cases."""
    return {row.case: rating(row) for row in models.Rating.objects.filter(case__in=list(cases))}


def rows_for_assessment() -> Iterator[contracts.RatingFact]:
    """Yield all ratings."""
    for row in models.Rating.objects.order_by("case").values(*_COLUMNS).iterator(chunk_size=2_000):
        rated_at = row.pop("rated_at")
        yield contracts.RatingFact(**row, rated_on=local_date(rated_at))


def rating(row: models.Rating) -> contracts.Rating:
    """Return a row as a contract."""
    return contracts.Rating(
        case=row.case,
        task_code=row.task_code,
        division=row.division,
        department=row.department,
        channel=row.channel,
        level=row.level,
        dimensions=row.dimensions,
        comment=row.comment,
        rated_at=row.rated_at,
    )
