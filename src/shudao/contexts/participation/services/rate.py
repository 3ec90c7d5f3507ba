"""Rate a finished case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseRow, State
from shudao.contexts.participation import contracts, models
from shudao.contexts.participation.events import BadRating
from shudao.contexts.participation.queries import ratings as queries
from shudao.contexts.participation.rules import ratings as rules
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox


@dataclass(frozen=True, slots=True)
class Given:
    """What the applicant says."""

    case: str
    level: int
    dimensions: dict[str, int]
    comment: str


def rate(given: Given, *, acting: Actor, secret: str, now: datetime, key: str) -> contracts.Rating:
    """Rate once for a key, once a case."""
    case = cases.rateable(given.case, acting=acting, secret=secret, now=now)
    wrong = rules.problems(given.level, given.dimensions, given.comment, case.channel)
    if wrong:
        raise contracts.RatingWrong(fields=wrong)
    outbox.once(
        scope=f"participation.rate:{case.number}",
        key=key,
        request=given,
        result_type=str,
        do=lambda: _write(given, case, acting=acting, now=now),
    )
    return queries.rating(models.Rating.objects.get(case=case.number))


def _write(given: Given, case: CaseRow, *, acting: Actor, now: datetime) -> str:
    if case.delivered_at is None and case.state is not State.REJECTED:
        raise contracts.NotRateable
    try:
        with outbox.unit_of_work():
            _insert(given, case, acting=acting, now=now)
    except IntegrityError:
        raise contracts.AlreadyRated from None
    audit.record(
        acting=acting,
        action="participation.rate",
        target=case.number,
        now=now,
        after={"level": given.level},
        case=case.number,
    )
    if given.level <= contracts.BAD:
        outbox.emit(
            BadRating(case=case.number, department=case.department, division=case.division, level=given.level),
            now=now,
        )
    return case.number


def _insert(given: Given, case: CaseRow, *, acting: Actor, now: datetime) -> None:
    models.Rating.objects.create(
        case=case.number,
        task_code=case.task_code,
        division=case.division,
        department=case.department,
        channel=case.channel,
        level=given.level,
        dimensions=given.dimensions,
        comment=given.comment.strip(),
        signed_in=bool(acting.account),
        rated_at=now,
    )
