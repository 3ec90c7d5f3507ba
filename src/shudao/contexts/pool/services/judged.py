"""Show what rules said: of one delivery, over time, of every dataset; take in what a browser sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shudao.contexts.pool.adapters import memory
from shudao.contexts.pool.contracts.deliveries import Batch as Delivered
from shudao.contexts.pool.contracts.quality import (
    BatchScore,
    Proposal,
)
from shudao.contexts.pool.models import Batch, Dataset
from shudao.contexts.pool.queries import manifest, quality
from shudao.contexts.pool.services import allowing, ingesting, proposing, sampling
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import NotFound

_MOST_ROWS = 50


def history(dataset: str, *, limit: int) -> list[BatchScore]:
    return quality.history(manifest.dataset(dataset), limit)


def latest() -> dict[str, BatchScore]:
    return quality.latest(Dataset.objects.all())


def by_department() -> dict[str, float]:
    found: dict[str, list[float]] = {}
    scores = latest()
    for row in Dataset.objects.filter(code__in=list(scores)):
        found.setdefault(row.owner, []).append(scores[row.code].dimensions[""])
    return {owner: sum(values) / len(values) for owner, values in sorted(found.items())}


def of_batch(number: str) -> BatchScore:
    batch = _batch(number)
    if not batch.scores.exists():
        raise NotFound
    return quality.of_batch(batch)


def sample(number: str, *, rule: str, limit: int) -> list[dict[str, object]]:
    batch = _batch(number)
    contract = manifest.contract(batch.dataset, batch.version)
    return sampling.of(batch, contract, rule=rule, limit=min(max(limit, 1), _MOST_ROWS))


def receive(*, dataset: str, chunks: Iterable[bytes], acting: Actor, now: datetime, key: str) -> Delivered:
    with memory.held(chunks) as path:
        return ingesting.ingest(dataset=dataset, source=path, acting=acting, now=now, key=key)


def look_at(*, dataset: str, chunks: Iterable[bytes], acting: Actor, now: datetime) -> Proposal:
    with memory.held(chunks) as path:
        return proposing.profile(dataset=dataset, source=path, acting=acting, now=now)


def may_change(acting: Actor, dataset: str) -> bool:
    return allowing.owns(acting, manifest.dataset(dataset).owner)


def batch(number: str) -> Delivered:
    return manifest.batch(_batch(number))


def _batch(number: str) -> Batch:
    batch = Batch.objects.select_related("dataset").filter(number=number).first()
    if batch is None:
        raise NotFound
    return batch
