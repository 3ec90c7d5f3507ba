"""One case as its applicant sees it, and the answer to a notice that something is missing."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Action, CaseView, NeedState, State
from shudao.contexts.matters import api as matters
from shudao.contexts.participation import api as participation
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Field
from shudao.faces.design.templatetags.design import said
from shudao.faces.portal import applicant, timeline, uploads
from shudao.kernel import time
from shudao.kernel.errors import Conflict, Invalid
from shudao.kernel.texts import Text


@allow(applicant=True)
def case(request: HttpRequest, number: str) -> HttpResponse:
    view = cases.case(number, acting=applicant.applicant_of(request))
    layout = matters.form(view.form_code, version=view.form_version)
    context = {
        "view": view,
        "row": view.row,
        "timeline": timeline.of_case(view),
        "answers": schema_forms.answers(layout, view.data),
        "rating": participation.rating_of(number),
        "can_rate": view.row.delivered_at is not None or view.row.state is State.REJECTED,
        "can_supplement": Action.SUPPLEMENT in view.actions,
    }
    return render(request, "portal/case.html", context)


@allow(applicant=True)
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    actor = applicant.applicant_of(request)
    view = cases.case(number, acting=actor)
    if Action.SUPPLEMENT not in view.actions:
        raise Conflict
    errors: dict[str, str] = {}
    if request.method == "POST":
        stored, errors = uploads.receive(request, [code for code, _ in _wanted(view)])
        try:
            if not errors:
                cases.supplement(
                    case=number,
                    files=stored,
                    note=request.POST.get("note", "")[:500],
                    acting=actor,
                    now=time.now(),
                    key=request.POST.get("key", ""),
                )
                messages.success(request, gettext("补正材料已经提交，办理时限继续计算。"))
                return redirect("portal:case", number=number)
        except Invalid as wrong:
            errors = wrong.fields
    fields = _fields(view, errors)
    context = {"view": view, "fields": fields, "faults": [one for one in fields if one.error]}
    return render(request, "portal/supplement.html", context, status=422 if errors else 200)


def _wanted(view: CaseView) -> tuple[tuple[str, Text], ...]:
    """What the notice asks for; without one, what was allowed to follow later."""
    if view.notice and view.row.state is State.SUPPLEMENT:
        return view.notice.materials
    return tuple((need.code, need.name) for need in view.needs if need.state is NeedState.ASKED)


def _fields(view: CaseView, errors: dict[str, str]) -> list[Field]:
    files = [
        Field(
            name=uploads.PREFIX + code,
            label=said(name),
            kind="file",
            hint=gettext("PDF、PNG 或 JPG，不超过 20 MB"),
            accept=uploads.ACCEPT,
            error=errors.get(uploads.PREFIX + code, ""),
        )
        for code, name in _wanted(view)
    ]
    note = Field("note", gettext("补充说明"), "textarea", error=errors.get("note", ""), required=False, maxlength=500)
    if files and "files" in errors:
        files[0] = replace(files[0], error=errors["files"])
    return [*files, note]
