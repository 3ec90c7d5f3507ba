"""Taking in at the one window: find any department's matter, then say for whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from shudao.contexts.cases import api as cases
from shudao.contexts.matters import api as matters
from shudao.faces.design.access import allow
from shudao.faces.window.staff import division_of, place_of
from shudao.faces.window.views.work import page_number
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now


@allow(Role.CLERK)
def find(request: HttpRequest) -> HttpResponseBase:
    """Find the matter, of whatever department, that somebody at the window wants done."""
    division = division_of(request.actor)  # type: ignore[attr-defined]
    text = request.GET.get("text", "").strip()[:60]
    kind = request.GET.get("department", "")
    page = matters.find(
        text=text, division=division.code, department_kind=kind or None, page=page_number(request), size=20
    )
    departments = matters.departments_offering(division.code)
    context = {"page": page, "text": text, "kind": kind, "division": division, "departments": departments}
    return render(request, "window/intake.html", context)


@allow(Role.CLERK)
def person(request: HttpRequest, task_code: str) -> HttpResponseBase:
    """Say for whom: the resident ID is typed or scanned, checked, and never shown again whole."""
    matter = matters.implementation(task_code)
    actor = request.actor  # type: ignore[attr-defined]
    place = place_of(actor)
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = {name: request.POST.get(name, "").strip() for name in ("resident_id", "name", "phone", "company")}
        try:
            draft = cases.intake(
                task_code=task_code,
                resident_id=sent["resident_id"].upper(),
                name=sent["name"],
                phone=sent["phone"],
                company=sent["company"].upper(),
                place=place.code if place else division_of(actor).code,
                delivery=request.POST.get("delivery", "online"),
                acting=actor,
                now=now(),
                key=request.POST.get("key", ""),
            )
            return redirect("window:draft", draft_id=draft.id)
        except Invalid as refused:
            errors = refused.fields
    context = {"matter": matter, "errors": errors, "place": place, "sent": request.POST}
    return render(request, "window/person.html", context, status=422 if errors else 200)
