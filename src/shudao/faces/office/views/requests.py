"""Requests for data: read by those concerned, decided by the source department."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import OPEN_STATES, RequestState, ShareRequest
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import roles
from shudao.faces.office.named import named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now


@allow(*roles.DATA)
def requests(request: HttpRequest) -> HttpResponseBase:
    """List the requests that this person's departments asked or have to answer; the data bureau sees all."""
    state = lists.word(request, "state")
    wanted = RequestState(state) if state in {one.value for one in RequestState} else None
    page = lists.page_of(visible(actor_of(request), wanted), request)
    context = {"page": page, "shown": named(page.items), "state": state}
    return render(request, "office/requests.html", context | doors(request))


def visible(actor: Actor, state: RequestState | None = None) -> list[ShareRequest]:
    """The requests that concern the actor, newest first."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return exchange.requests(state=state)
    found = {
        one.number: one
        for department in roles.departments_of(actor, roles.DATA)
        for one in exchange.requests(department=department, state=state)
    }
    return sorted(found.values(), key=lambda one: one.requested_at, reverse=True)


@allow(*roles.DATA)
def request(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one request; decide it."""
    actor = actor_of(request)
    asked = next((one for one in visible(actor) if one.number == number), None)
    if asked is None:
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            exchange.decide_request(
                number=number,
                grant=verdict(request),
                opinion=request.POST.get("opinion", "").strip(),
                basis=request.POST.get("basis", "").strip(),
                acting=actor,
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("审批结果已记录，授权快照随即更新。"))
            return redirect("office:request", number=number)
        except Invalid as refused:
            errors = {name: gettext(sentence) for name, sentence in refused.fields.items()}
    bodies = identity.find_departments({asked.department, asked.provider})
    context = {
        "asked": asked,
        "named": named([asked])[0],
        "department": bodies.get(asked.department),
        "provider": bodies.get(asked.provider),
        "may_decide": may_decide(actor, asked),
        "may_dispute": may_dispute(actor, asked),
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "office/request.html", context | doors(request), status=422 if errors else 200)


def verdict(request: HttpRequest) -> bool:
    """Grant or refuse; neither is never taken for a refusal. Raises Invalid."""
    decision = request.POST.get("decision", "")
    if decision not in ("grant", "refuse"):
        raise Invalid(fields={"decision": gettext("请选择同意或不同意。")})
    return decision == "grant"


def may_decide(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the form is offered: to the source department's data officers, never to who asked."""
    if asked.requested_by == actor.account or asked.state not in OPEN_STATES:
        return False
    if asked.proposed_by == actor.account:  # the first of two officers
        return False
    return identity.has_role(actor, Role.DATA_OFFICER, department=asked.provider)


def may_dispute(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the asking department is shown the way to the data bureau."""
    asking = (Role.DATA_OFFICER, Role.INTEGRATOR)
    return asked.state is RequestState.REFUSED and any(
        identity.has_role(actor, role, department=asked.department) for role in asking
    )
