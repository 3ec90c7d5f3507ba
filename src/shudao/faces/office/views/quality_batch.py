"""One delivery: what it was, what became of its rows, what every rule said of it, masked rows that failed."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch
from shudao.contexts.pool.contracts.quality import BatchScore
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import quality_words, roles
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import NotFound

_SAMPLE = 10


@allow(*roles.DATA)
def batch(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Show one delivery."""
    delivered, contract = pool.batch(number), pool.contract(code)
    score = _score(number)
    chosen = request.GET.get("rule", "")[:120]
    may_repair = delivered.dataset == code and pool.may_change(actor_of(request), code)
    sample = pool.quarantine_sample(number, rule=chosen, limit=_SAMPLE) if may_repair else []
    context = {
        "contract": contract,
        "batch": delivered,
        "mode": quality_words.mode(delivered.mode),
        "received_at": received_at(delivered, score),
        "reasons": reasons(contract, delivered),
        "score": score,
        "rules": [
            (rule, quality_words.kind(rule.kind), quality_words.dimension(rule.dimension[:2]))
            for rule in (score.rules if score else ())
        ],
        "sample": quality_words.titled(contract, sample),
        "may_repair": may_repair,
        "repaired": pool.repaired(number),
        "chosen": quality_words.reason(contract, chosen, get_language() or "zh-hans") if chosen else "",
    }
    return render(request, "office/quality_batch.html", context | doors(request))


def reasons(contract: DatasetContract, delivered: Batch) -> list[tuple[str, str, int]]:
    """Why rows were set aside: the rule's code, in words, and how many rows; the most frequent first."""
    language = get_language() or "zh-hans"
    found = sorted(delivered.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(code, quality_words.reason(contract, code, language), count) for code, count in found]


def received_at(delivered: Batch, score: BatchScore | None) -> datetime | None:
    """When it came; of repairs, which are never scored, by the snapshot they made; None where that is dropped."""
    if score is not None:
        return score.received_at
    made = [one.as_of for one in pool.snapshots(delivered.dataset) if one.number == delivered.snapshot]
    return made[0] if made else None


def _score(number: str) -> BatchScore | None:
    """What the rules said, None while it is not reckoned; of repairs it never is."""
    try:
        return pool.batch_score(number)
    except NotFound:
        return None
