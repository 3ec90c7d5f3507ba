"""The office's first page: what this member of staff can do here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from shudao.contexts.matters import api as matters
from shudao.contexts.pool import api as pool
from shudao.faces.design.access import allow
from shudao.faces.office import roles


@allow(*roles.ANY)
def start(request: HttpRequest) -> HttpResponseBase:
    """Show the parts of the office that are open to this person, with a few figures."""
    counts = matters.counts()
    context = {"counts": counts, "pooled": sum(pool.counts().values()), **doors(request)}
    return render(request, "office/start.html", context)


def doors(request: HttpRequest) -> dict[str, bool]:
    """Which parts of the menu this person sees."""
    actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    return {
        "sees_catalogue": roles.holds(actor, roles.CATALOGUE),
        "imports": roles.holds(actor, roles.IMPORTERS),
        "sees_barriers": roles.holds(actor, roles.STEERING),
        "sees_data": roles.holds(actor, roles.DATA),
        "erases": roles.holds(actor, roles.DECIDERS),
        "asks": roles.holds(actor, roles.ASKERS),
        "sees_silos": roles.holds(actor, (roles.Role.DATA_BUREAU,)),
        "administers": roles.holds(actor, roles.ADMINISTRATORS),
        "sees_ledger": roles.holds(actor, roles.LEDGER),
        "sees_evidence": roles.holds(actor, roles.EVIDENCE),
        "sees_duties": roles.holds(actor, roles.OWNERS),
        "runs_jobs": roles.holds(actor, (roles.Role.SYSTEM_ADMIN,)),
        "audits": roles.holds(actor, (roles.Role.AUDIT_ADMIN,)),
    }
