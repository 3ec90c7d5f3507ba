"""One case as its officers see it, with what they may do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Action, CaseView, Purpose
from shudao.contexts.matters import api as matters
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.window.staff import STAFF


@allow(*STAFF)
def case(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the case."""
    view = cases.case(number, acting=request.actor)  # type: ignore[attr-defined]
    return show(request, view)


def show(
    request: HttpRequest, view: CaseView, *, errors: dict[str, str] | None = None, tried: str = ""
) -> HttpResponseBase:
    """Draw the page, with the form that was refused open and filled in again."""
    form = matters.form(view.form_code, version=view.form_version)
    matter = matters.implementation(view.row.task_code)
    context = {
        "case": view,
        "row": view.row,
        "matter": matter,
        "articles": matters.articles(matter.by_law),
        "answers": schema_forms.answers(form, view.data),
        "actions": {action.value for action in view.actions},
        "can_act": bool(set(view.actions) - {Action.CHECK_IN}),
        "purposes": list(Purpose),
        "errors": errors or {},
        "tried": tried,
        "sent": request.POST,
    }
    return render(request, "window/case.html", context, status=422 if errors else 200)
