"""The last look before submitting, and the receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import MaterialMissing
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import FormInvalid
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.portal import applicant
from shudao.faces.portal.views.apply import STEPS
from shudao.kernel import time


@allow(applicant=True)
@never_cache
def check(request: HttpRequest, draft: str) -> HttpResponse:
    """
    POST submits and answers with the receipt itself.

    The secret is shown once and kept nowhere in plain, so the receipt cannot be a page of its own. Sending the form
    again carries the same key and brings the same receipt.
    """
    actor = applicant.applicant_of(request)
    if request.method == "POST":
        try:
            opened = cases.submit(draft=draft, acting=actor, now=time.now(), key=request.POST.get("key", ""))
        except FormInvalid:
            return redirect("portal:draft_form", draft=draft)
        except MaterialMissing:
            return redirect("portal:draft_materials", draft=draft)
        return render(request, "portal/receipt.html", {"opened": opened})
    found = cases.draft(draft, acting=actor)
    if found.case:
        return redirect("portal:case", number=found.case)
    if found.resolved_at is None:
        return redirect("portal:draft_materials", draft=draft)
    layout = matters.form(found.form_code, version=found.form_version)
    context = {"draft": found, "answers": schema_forms.answers(layout, found.data), "steps": STEPS}
    return render(request, "portal/draft_check.html", context)
