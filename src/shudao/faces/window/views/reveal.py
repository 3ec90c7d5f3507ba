"""The applicant's whole resident ID: one record at a time, for a reason, into the audit trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from shudao.contexts.cases import api as cases
from shudao.faces.design.access import actor_of, allow
from shudao.faces.window.staff import STAFF
from shudao.faces.window.views import case as page
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now

_LONGEST = 200


@allow(*STAFF)
@require_POST
@sensitive_variables("whole")
def reveal(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the case once with the number whole: in the answer to this POST alone, kept by no cache."""
    actor = actor_of(request)
    view = cases.case(number, acting=actor)
    reason = request.POST.get("why", "").strip()[:_LONGEST]
    try:
        whole = identity.reveal_id(view.applicant, acting=actor, reason=reason, case=number, now=now())
    except Invalid as refused:
        errors = {"why": gettext(refused.fields["reason"])}
        return page.show(request, view, errors=errors, tried="reveal")
    answer = page.show(request, view, revealed=whole)
    answer.headers["Cache-Control"] = "no-store"
    return answer
