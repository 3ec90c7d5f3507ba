"""The door of the participation room: ratings of finished cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from shudao.contexts.participation import contracts
from shudao.contexts.participation.queries import ratings as queries
from shudao.contexts.participation.rules import ratings as rules
from shudao.contexts.participation.services import rate as rating
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.texts import Text


def dimensions(channel: str) -> dict[str, Text]:
    """Return the dimensions to ask for on a channel ("online" or "window"), in order: name → label."""
    return rules.asked(channel)


def rate(
    *,
    case: str,
    level: int,
    dimensions: Mapping[str, int] | None = None,
    comment: str = "",
    acting: Actor,
    secret: str = "",
    now: datetime,
    key: str,
) -> contracts.Rating:
    """
    Rate a finished case: voluntary, once.

    Args:
        case: Case number.
        level: 5 (best) to 1.
        dimensions: Some, none or all of `dimensions(channel)`, each 1–5.
        comment: At most 500 characters.
        acting: The applicant signed in; or anybody who gives the case's `secret`.
        key: Idempotency key; a repeat returns the first rating.

    Raises:
        CaseNotFound: no such case, not theirs, or the secret is wrong.
        NotRateable: not delivered yet. AlreadyRated. RatingWrong.

    Emits:
        BadRating, after commit, at level 1 or 2; a duty of the department follows.

    Source:
        facts/standards-and-sichuan.md §2 (一事一评, voluntary, bad ratings followed up)
    """
    return rating.rate(
        rating.Given(case=case, level=level, dimensions=dict(dimensions or {}), comment=comment),
        acting=acting,
        secret=secret,
        now=now,
        key=key,
    )


def rating_of(case: str) -> contracts.Rating | None:
    """Return the rating of a case, or None. The caller checks who may see the case."""
    return queries.rating_of(case)


def ratings_of(cases: Iterable[str]) -> dict[str, contracts.Rating]:
    """Return the ratings of many cases by one query: case number → rating."""
    return queries.ratings_of(cases)


def rows_for_assessment() -> Iterator[contracts.RatingFact]:
    """Yield every rating as a fact, in the order of case numbers."""
    return queries.rows_for_assessment()
