"""The pool's datasets: what was delivered, what was kept, what was set aside and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from shudao.contexts.pool import api as pool
from shudao.faces.design.access import allow
from shudao.faces.office import roles
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
    context = {"contract": pool.contract(code), "snapshots": pool.snapshots(code), "batches": pool.batches(code)}
    return render(request, "office/dataset.html", context | doors(request))
