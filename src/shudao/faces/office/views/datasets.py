"""The pool's datasets: what was delivered, what was kept, what was set aside and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.faces.design.access import allow
from shudao.faces.office import roles, words
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors


@allow(*roles.DATA)
def datasets(request: HttpRequest) -> HttpResponseBase:
    """List every dataset with its present snapshot."""
    page = lists.page_of(pool.datasets(), request)
    return render(request, "office/datasets.html", {"page": page} | doors(request))


@allow(*roles.DATA)
def dataset(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one dataset: its contract, snapshots and batches."""
    contract = pool.contract(code)
    rules = words.rules(contract, get_language() or "zh-hans")
    context = {
        "contract": contract,
        "rules": [(rule.dimension, *rules[rule.code]) for rule in contract.rules],
        "snapshots": pool.snapshots(code),
        "batches": [(one, reasons(one, rules)) for one in pool.batches(code)],
    }
    return render(request, "office/dataset.html", context | doors(request))


def reasons(batch: Batch, rules: dict[str, tuple[str, str]]) -> list[tuple[str, int]]:
    """Why rows were set aside, in words, the most frequent first."""
    found = sorted(batch.reasons.items(), key=lambda pair: -pair[1])
    return [(rules[code][0] if code in rules else code, count) for code, count in found]
