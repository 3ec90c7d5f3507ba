"""The catalogue of resources, and the rights that stand on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import roles
from shudao.faces.office.named import Named, named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.time import local_date, now


@allow(*roles.DATA)
def resources(request: HttpRequest) -> HttpResponseBase:
    """List what departments offer."""
    offered = exchange.resources()
    names = identity.find_departments({one.provider for one in offered})
    page = lists.page_of([(one, names.get(one.provider)) for one in offered], request)
    context = {"page": page, "asks": roles.holds(actor_of(request), roles.ASKERS)}
    return render(request, "office/resources.html", context | doors(request))


@allow(*roles.DATA)
def grants(request: HttpRequest) -> HttpResponseBase:
    """List the rights to data: who may see which fields, for what, until when."""
    today = local_date(now())
    found = exchange.grants(valid_on=None if request.GET.get("all") else today)
    page = lists.page_of(found, request)
    actor = actor_of(request)
    shown = [(one, may_revoke(actor, one)) for one in named(page.items)]
    return render(request, "office/grants.html", {"page": page, "shown": shown, "today": today} | doors(request))


def may_revoke(actor: Actor, shown: Named) -> bool:
    """Whether the button is offered: to the source department's data officer and to the data bureau."""
    if shown.one.revoked_at:
        return False
    own = identity.has_role(actor, Role.DATA_OFFICER, department=shown.provider)
    return own or identity.has_role(actor, Role.DATA_BUREAU)


@allow(*roles.DECIDERS)
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponseBase:
    """Withdraw a right at once."""
    try:
        exchange.revoke(
            grant=number,
            reason=request.POST.get("reason", "").strip(),
            acting=actor_of(request),
            now=now(),
            key=request.POST.get("key", ""),
        )
    except RequestInvalid as refused:
        messages.error(request, " ".join(gettext(one) for one in refused.fields.values()))
        return redirect("office:grants")
    messages.success(request, gettext("授权已撤销，网关即刻拒绝。"))
    return redirect("office:grants")
