"""Requests for data: read by those concerned, decided by the source department."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts import PURPOSES, RequestState, ShareRequest
from shudao.faces.design.access import allow
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now


@allow(*roles.DECIDERS)
def requests(request: HttpRequest) -> HttpResponseBase:
    """List the requests that this person's departments asked or have to answer; the data bureau sees all."""
    state = lists.word(request, "state")
    wanted = RequestState(state) if state in {one.value for one in RequestState} else None
    page = lists.page_of(visible(request.actor, wanted), request)  # type: ignore[attr-defined]
    return render(request, "office/requests.html", {"page": page, "state": state} | doors(request))


def visible(actor: Actor, state: RequestState | None = None) -> list[ShareRequest]:
    """The requests that concern the actor, newest first."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return exchange.requests(state=state)
    found = {
        one.number: one
        for department in roles.departments_of(actor, roles.DECIDERS)
        for one in exchange.requests(department=department, state=state)
    }
    return sorted(found.values(), key=lambda one: one.requested_at, reverse=True)


@allow(*roles.DECIDERS)
def request(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one request; decide it."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = next((one for one in visible(actor) if one.number == number), None)
    if asked is None:
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            exchange.decide_request(
                number=number,
                grant=request.POST.get("decision") == "grant",
                opinion=request.POST.get("opinion", "").strip(),
                basis=request.POST.get("basis", "").strip(),
                acting=actor,
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("审批结果已记录，授权快照随即更新。"))
            return redirect("office:request", number=number)
        except Invalid as refused:
            errors = refused.fields
    context = {
        "asked": asked,
        "resource": exchange.resource(asked.resource),
        "purpose": PURPOSES[asked.purpose],
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "office/request.html", context | doors(request), status=422 if errors else 200)
