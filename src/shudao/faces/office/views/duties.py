"""What the member of staff's departments owe by a day, and closing it with what shows that it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.faces.design.access import allow
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import api as owed
from shudao.foundation.duties.contracts import Duty, DutyOrder, DutyState
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page
from shudao.kernel.time import now


@allow(*roles.OWNERS)
def duties(request: HttpRequest) -> HttpResponseBase:
    """List the duties of one's own department; the data bureau sees every department's."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = lists.word(request, "state")
    state = DutyState(asked) if asked in set(DutyState) else None
    page: Page[Duty] = Page((), 1, lists.SIZE, 0)
    owner = owner_of(actor)
    if owner is not None:
        page = owed.listing(owner=owner, state=state, order=DutyOrder.DUE, page=lists.number(request))
    return render(request, "office/duties.html", {"page": page, "state": asked} | doors(request))


def owner_of(actor: Actor) -> str | None:
    """Whose duties the actor sees: "" for everybody's, None for nobody's."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return ""
    return next(iter(roles.departments_of(actor, roles.OWNERS)), None)


@allow(*roles.OWNERS)
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponseBase:
    """Close one of the department's own duties."""
    actor = request.actor  # type: ignore[attr-defined]
    if owed.get(number).owner not in roles.departments_of(actor, roles.OWNERS):
        raise NotFound
    done = request.POST.get("done", "").strip()[:500]
    owed.close(number, evidence={"done": done} if done else {}, acting=actor, now=now())
    messages.success(request, gettext("任务已办结。"))
    return redirect("office:duties")
