"""The catalogue of resources, and the rights that stand on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts import PURPOSES
from shudao.faces.design.access import allow
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.kernel.time import local_date, now


@allow(*roles.DATA)
def resources(request: HttpRequest) -> HttpResponseBase:
    """List what departments offer."""
    offered = exchange.resources()
    names = identity.find_departments({one.provider for one in offered})
    page = lists.page_of([(one, names.get(one.provider)) for one in offered], request)
    return render(request, "office/resources.html", {"page": page} | doors(request))


@allow(*roles.DATA)
def grants(request: HttpRequest) -> HttpResponseBase:
    """List the rights to data: who may see which fields, for what, until when."""
    today = local_date(now())
    found = exchange.grants(valid_on=None if request.GET.get("all") else today)
    page = lists.page_of([(one, PURPOSES[one.purpose]) for one in found], request)
    return render(request, "office/grants.html", {"page": page, "today": today} | doors(request))


@allow(*roles.DECIDERS)
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponseBase:
    """Withdraw a right at once."""
    exchange.revoke(
        grant=number,
        reason=request.POST.get("reason", "").strip(),
        acting=request.actor,  # type: ignore[attr-defined]
        now=now(),
        key=request.POST.get("key", ""),
    )
    messages.success(request, gettext("授权已撤销，网关即刻拒绝。"))
    return redirect("office:grants")
