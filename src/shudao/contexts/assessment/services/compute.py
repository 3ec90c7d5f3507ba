"""Compute every score from the facts and publish them together."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.assessment import contracts, models
from shudao.contexts.assessment.rules.figures import Tally
from shudao.contexts.assessment.rules.rows import Digest
from shudao.contexts.assessment.services import facts
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date

_KEEP = 12


def compute(*, acting: Actor, now: datetime) -> contracts.Publication:
    """Count, divide, write; older publications beyond a dozen are dropped (their rows can be exported and kept)."""
    tally, digest = Tally(), Digest()
    matters = tally.matters(digest.passing(facts.matter_facts()))
    cases = tally.cases(digest.passing(facts.case_facts()))
    ratings = tally.ratings(digest.passing(facts.rating_facts()))
    scores = tally.scores()
    with outbox.unit_of_work():
        row = models.Publication.objects.create(
            day=local_date(now),
            published_at=now,
            matters=matters,
            cases=cases,
            ratings=ratings,
            digest=digest.hexdigest(),
        )
        models.PublishedScore.objects.bulk_create(
            (
                models.PublishedScore(
                    publication=row,
                    indicator=score.indicator,
                    division=score.unit.division,
                    department_kind=score.unit.department_kind,
                    numerator=score.numerator,
                    denominator=score.denominator,
                    value=score.value,
                )
                for score in scores
            ),
            batch_size=500,
        )
        stale = list(models.Publication.objects.order_by("-id").values_list("id", flat=True)[_KEEP:])
        models.Publication.objects.filter(id__in=stale).delete()
        audit.record(
            acting=acting,
            action="assessment.published",
            target=f"publication:{row.id}",
            now=now,
            after={"scores": len(scores), "digest": row.digest},
        )
    return publication(row)


def publication(row: models.Publication) -> contracts.Publication:
    """The stored row as its contract."""
    return contracts.Publication(
        number=row.id,
        day=row.day,
        published_at=row.published_at.isoformat(),
        matters=row.matters,
        cases=row.cases,
        ratings=row.ratings,
        digest=row.digest,
    )
