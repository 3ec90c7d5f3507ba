"""The pool's datasets: what was delivered and how, what was kept, what was set aside and why, how it stood when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import SnapshotRow
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import quality_words, roles, words
from shudao.faces.office.views import lists
from shudao.faces.office.views.quality_batch import reasons
from shudao.faces.office.views.start import doors

LATEST = 20
SORTS: dict[str, Callable[[SnapshotRow], Any]] = {
    "number": lambda one: one.number,
    "as-of": lambda one: (one.as_of, one.number),
    "rows": lambda one: (one.rows, one.number),
    "size": lambda one: (one.bytes, one.number),
}


@allow(*roles.DATA)
def datasets(request: HttpRequest) -> HttpResponseBase:
    """List every dataset with its present snapshot."""
    page = lists.page_of(pool.datasets(), request)
    return render(request, "office/datasets.html", {"page": page} | doors(request))


@allow(*roles.DATA)
def dataset(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one dataset: its deliveries, snapshots, index, contract."""
    contract, snapshots = pool.contract(code), pool.snapshots(code)
    rules = words.rules(contract, get_language() or "zh-hans")
    moments = received(snapshots)
    context = {
        "contract": contract,
        "rules": [(rule.dimension, *rules[rule.code]) for rule in contract.rules],
        "current": next((one for one in snapshots if one.current), None),
        "indexed": is_indexed(code, snapshots),
        "page": lists.page_of(ordered(snapshots, request.GET.get("sort", "")), request),
        "batches": [
            (one, quality_words.mode(one.mode), moments.get(one.number), reasons(contract, one))
            for one in pool.batches(code, limit=LATEST)
        ],
        "latest": LATEST,
        "may_change": pool.may_change(actor_of(request), code),
    }
    return render(request, "office/dataset.html", context | doors(request))


def ordered(snapshots: list[SnapshotRow], sort: str) -> list[SnapshotRow]:
    """The snapshots in the order asked for: a key of SORTS, with "-" in front downwards; newest first for any other."""
    key = SORTS.get(sort.removeprefix("-"))
    return snapshots if key is None else sorted(snapshots, key=key, reverse=sort.startswith("-"))


def received(snapshots: list[SnapshotRow]) -> dict[str, datetime]:
    """Batch → when it came, of batches whose snapshot stands."""
    return {one.batch: one.as_of for one in snapshots}


def is_indexed(code: str, snapshots: list[SnapshotRow]) -> bool:
    """Whether look-ups answer from the current snapshot: every data file of it is one that the index shows."""
    current = next((one for one in snapshots if one.current), None)
    if current is None:
        return False
    files = [row for row in pool.lineage(code, limit=2000) if current.number in row.snapshots]
    return all(row.indexed for row in files)
