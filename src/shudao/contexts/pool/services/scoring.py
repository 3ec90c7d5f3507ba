"""Reckon the scores of a delivery once it is published: what its rules said of rows, and of the delivery as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import index
from shudao.contexts.pool.adapters.measuring import Measured
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    Rule,
    RuleKind,
)
from shudao.contexts.pool.events import BatchScored
from shudao.contexts.pool.models import Batch, Measure, Repair, RuleResult, Score
from shudao.contexts.pool.queries import manifest, quality
from shudao.contexts.pool.rules import delivery, dimensions, judging
from shudao.contexts.pool.rules.delivery import ColumnMeasure, Verdict
from shudao.contexts.pool.services import correcting, holding
from shudao.foundation.outbox import api as outbox


def score(number: str, *, now: datetime) -> None:
    """Keep the scores of a batch, open duties for what failed, close those whose rule holds again; once for a batch."""
    batch = Batch.objects.select_related("dataset").get(number=number)
    if batch.scores.exists() or Repair.objects.filter(replayed=batch).exists():
        # Rows that were repaired here say nothing about what the department delivers.
        return
    contract = manifest.contract(batch.dataset, batch.version)
    root = Path(settings.POOL_ROOT)
    with holding.files_of(batch, "data") as paths, Measured(contract, [root / path for path in paths]) as measured:
        columns = list(measured.columns())
        verdicts = [
            *_of_rows(contract, batch),
            *_of_delivery(contract, batch, measured, columns),
            *_of_every(contract, batch),
        ]
    with outbox.unit_of_work():
        if not Batch.objects.select_for_update().get(pk=batch.pk).scores.exists():
            results = _keep(contract, batch, verdicts, columns)
            if not Batch.objects.filter(dataset=batch.dataset, pk__gt=batch.pk, scores__dimension="").exists():
                correcting.follow(batch, contract, results, now=now)
            failed = sum(not result.passed for result in results)
            outbox.emit(BatchScored(dataset=batch.dataset.code, batch=number, failed=failed), now=now)


def _of_rows(contract: DatasetContract, batch: Batch) -> Iterator[Verdict]:
    for rule in contract.rules:
        if judging.judges_rows(rule):
            broken = int(batch.reasons.get(rule.code, 0))
            yield Verdict(rule, max(int(batch.filled.get(rule.code, 0)), broken), broken)


def _of_delivery(
    contract: DatasetContract, batch: Batch, measured: Measured, columns: list[ColumnMeasure]
) -> Iterator[Verdict]:
    for rule in contract.rules:
        if rule.kind is RuleKind.AGGREGATE:
            yield delivery.aggregated(rule, measured.figure(rule))
        elif rule.kind is RuleKind.DRIFT:
            yield _drift(rule, batch, columns)


def _drift(rule: Rule, batch: Batch, columns: list[ColumnMeasure]) -> Verdict:
    if rule.measure == "rows":
        past = [ColumnMeasure("", rows, rows) for rows in quality.rows_before(batch, rule.batches)]
        return delivery.drifted(rule, ColumnMeasure("", batch.rows, batch.rows), past)
    found = next((one for one in columns if one.column == rule.columns[0]), None)
    if found is None:
        return Verdict(rule, 0, 0)
    return delivery.drifted(rule, found, quality.measures_before(batch, rule.columns[0], rule.batches))


def _of_every(contract: DatasetContract, batch: Batch) -> Iterator[Verdict]:
    before = quality.received_before(batch)
    return delivery.of_every_delivery(
        contract,
        rows=batch.rows,
        misshapen=int(batch.reasons.get(delivery.SHAPE, 0)),
        exposed=int(batch.reasons.get(delivery.IDENTIFIER, 0)),
        # The index follows its snapshot by some minutes; two behind, it is not following.
        behind=index.stands_at(batch.dataset.code) < batch.snapshot - 1,
        since_last=batch.received_at - before if before else None,
    )


def _keep(
    contract: DatasetContract, batch: Batch, verdicts: list[Verdict], columns: list[ColumnMeasure]
) -> list[RuleResult]:
    results = [_result(batch, verdict) for verdict in verdicts]
    RuleResult.objects.bulk_create(results)
    rates = [(result.dimension, result.score) for result in results]
    found = dimensions.scores(rates, dict(contract.weights))
    Score.objects.bulk_create(Score(batch=batch, dimension=name, value=value) for name, value in found.items())
    Measure.objects.bulk_create(
        Measure(
            batch=batch,
            column=one.column,
            rows=one.rows,
            filled=one.filled,
            mean=one.mean,
            deviation=one.deviation,
            shares=dict(one.shares),
        )
        for one in columns
    )
    return results


def _result(batch: Batch, verdict: Verdict) -> RuleResult:
    rate = dimensions.rate(judged=verdict.judged, broken=verdict.broken)
    return RuleResult(
        batch=batch,
        rule=verdict.rule.code,
        kind=verdict.rule.kind.value,
        dimension=verdict.rule.dimension,
        severity=verdict.rule.severity.value,
        judged=verdict.judged,
        broken=verdict.broken,
        score=rate,
        passed=rate >= verdict.rule.at_least,
        detail=verdict.detail,
    )
