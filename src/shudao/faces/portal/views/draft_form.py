"""The form of an application: filled, kept, checked; kept half-filled too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Draft
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Form, FormInvalid
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.design.fields import errors_of
from shudao.faces.portal import applicant
from shudao.faces.portal.views.apply import STEPS
from shudao.kernel import time


@allow(applicant=True)
def form(request: HttpRequest, draft: str) -> HttpResponse:
    """POST keeps what was filled in; then `add` shows one more row, `later` leaves, and otherwise it must be right."""
    actor = applicant.applicant_of(request)
    found = cases.draft(draft, acting=actor)
    if found.case:
        return redirect("portal:case", number=found.case)
    layout = matters.form(found.form_code, version=found.form_version)
    if request.method != "POST":
        return _page(request, found, layout, found.data or _known(layout, applicant.prefill(actor, found.company_name)))
    data = schema_forms.read(layout.fields, request.POST)
    cases.save_draft(draft=draft, data=data, acting=actor, now=time.now())
    if "later" in request.POST:
        messages.success(request, gettext("已经保存。您可以随时从“我的草稿”继续填写。"))
        return redirect("portal:drafts")
    if "add" in request.POST:
        return _page(request, found, layout, data, more=request.POST["add"])
    try:
        matters.validate_form(found.form_code, data, version=found.form_version)
    except FormInvalid as wrong:
        return _page(request, found, layout, data, errors=wrong.fields)
    return redirect("portal:draft_materials", draft=draft)


def _known(layout: Form, known: dict[str, str]) -> dict[str, Any]:
    return {one.name: known[one.prefill] for one in layout.fields if one.prefill in known}


def _page(
    request: HttpRequest,
    draft: Draft,
    layout: Form,
    data: dict[str, Any],
    errors: dict[str, str] | None = None,
    more: str = "",
) -> HttpResponse:
    groups = schema_forms.groups(layout, data, errors, more=more)
    faults = [fault for _, fields in groups for fault in errors_of(fields)]
    context = {"draft": draft, "layout": layout, "groups": groups, "faults": faults, "steps": STEPS}
    return render(request, "portal/draft_form.html", context, status=422 if errors else 200)
