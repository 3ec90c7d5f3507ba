"""Show what rules said: of one delivery, over time, of every dataset and department."""

from __future__ import annotations

from shudao.contexts.pool.contracts import BatchScore
from shudao.contexts.pool.models import Batch, Dataset
from shudao.contexts.pool.queries import manifest, quality
from shudao.contexts.pool.services import sampling
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


def _batch(number: str) -> Batch:
    batch = Batch.objects.select_related("dataset").filter(number=number).first()
    if batch is None:
        raise NotFound
    return batch
