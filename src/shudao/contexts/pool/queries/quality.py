"""Read scores: of a batch, of datasets, over time; and what earlier deliveries looked like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from shudao.contexts.pool.contracts.quality import (
    BatchScore,
    RuleScore,
)
from shudao.contexts.pool.models import Batch, Dataset, Measure, Repair, RuleDuty, RuleResult, Score, Snapshot
from shudao.contexts.pool.rules.delivery import ColumnMeasure

_STANDING = 3


def _before(batch: Batch) -> list[Batch]:
    return list(Batch.objects.filter(dataset=batch.dataset, pk__lt=batch.pk).order_by("-pk")[:1])


def received_before(batch: Batch) -> datetime | None:
    """Return when the delivery before came, None for the first."""
    return next((one.received_at for one in _before(batch)), None)


def rows_before(batch: Batch, limit: int) -> list[int]:
    """Return how many rows the deliveries before had, newest first."""
    earlier = Batch.objects.filter(dataset=batch.dataset, pk__lt=batch.pk).order_by("-pk")
    return list(earlier.values_list("rows", flat=True)[:limit])


def measures_before(batch: Batch, column: str, limit: int) -> list[ColumnMeasure]:
    """Return what a column looked like in the deliveries before, newest first."""
    earlier = Measure.objects.filter(batch__dataset=batch.dataset, batch__pk__lt=batch.pk, column=column)
    return [
        ColumnMeasure(one.column, one.rows, one.filled, one.mean, one.deviation, one.shares)
        for one in earlier.order_by("-batch__pk")[:limit]
    ]


def score_of_snapshot(dataset: str, snapshot: int) -> float | None:
    """Return the score of the latest delivery in a snapshot, None while it is not reckoned."""
    return _scores(Snapshot.objects.filter(dataset__code=dataset, number=snapshot)).get(dataset, {}).get(snapshot)


def standing_scores() -> dict[str, dict[int, float]]:
    """
    Return dataset code → number → score of the newest three snapshots: an index may stand a little behind.

    A snapshot's is that of the latest delivery it shows; where that is not reckoned yet, the snapshot is absent.
    """
    return _scores(Snapshot.objects.filter(number__gt=F("dataset__snapshot") - _STANDING))


def _scores(snapshots: QuerySet[Snapshot]) -> dict[str, dict[int, float]]:
    repaired = Repair.objects.filter(
        replayed=OuterRef("pk")
    )  # says nothing of what a department delivers: never scored
    delivered = Batch.objects.filter(~Exists(repaired), dataset=OuterRef("dataset"), pk__lte=OuterRef("batch"))
    shown = snapshots.annotate(delivery=Subquery(delivered.order_by("-pk").values("pk")[:1]))
    rows = list(shown.values_list("dataset__code", "number", "delivery"))
    scores = Score.objects.filter(batch__in={delivery for _, _, delivery in rows}, dimension="")
    values = dict(scores.values_list("batch", "value"))
    found: dict[str, dict[int, float]] = {}
    for code, number, delivery in sorted(rows):
        if delivery in values:
            found.setdefault(code, {})[number] = values[delivery]
    return found


def history(row: Dataset, limit: int) -> list[BatchScore]:
    """Return the scores of the dataset's latest deliveries, newest first, without their rules."""
    batches = Batch.objects.filter(dataset=row, scores__dimension="").order_by("-pk")[:limit]
    return [_scored(batch) for batch in batches.prefetch_related("scores")]


def of_batch(batch: Batch) -> BatchScore:
    """Return the scores of one delivery with every rule, worst first."""
    duties = dict(RuleDuty.objects.filter(dataset=batch.dataset, closed_by=None).values_list("rule", "duty"))
    results = RuleResult.objects.filter(batch=batch).order_by("score", "dimension", "rule")
    return _scored(batch, [_rule(result, duties.get(result.rule, "")) for result in results])


def latest(rows: Iterable[Dataset]) -> dict[str, BatchScore]:
    """Return dataset code → the scores of its newest delivery that has any."""
    found: dict[str, BatchScore] = {}
    scored = Batch.objects.filter(dataset__in=list(rows), scores__dimension="").select_related("dataset")
    for batch in scored.order_by("pk").prefetch_related("scores"):
        found[batch.dataset.code] = _scored(batch)
    return found


def _scored(batch: Batch, rules: Iterable[RuleScore] = ()) -> BatchScore:
    return BatchScore(
        dataset=batch.dataset.code,
        batch=batch.number,
        received_at=batch.received_at,
        snapshot=batch.snapshot,
        dimensions={
            score.dimension: score.value for score in sorted(batch.scores.all(), key=lambda one: one.dimension)
        },
        rules=tuple(rules),
    )


def _rule(result: RuleResult, duty: str) -> RuleScore:
    return RuleScore(
        rule=result.rule,
        kind=result.kind,
        dimension=result.dimension,
        severity=result.severity,
        judged=result.judged,
        broken=result.broken,
        score=result.score,
        passed=result.passed,
        detail=result.detail,
        duty=duty,
    )
