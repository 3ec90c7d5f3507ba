"""The materials of an application: what was fetched and why, and what the applicant has to give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Draft, MaterialNeed, NeedState
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Field
from shudao.faces.design.templatetags.design import said
from shudao.faces.portal import applicant, uploads
from shudao.faces.portal.views.apply import STEPS
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time

_GIVEN = (NeedState.FETCHED, NeedState.UPLOADED, NeedState.FILLED)


@allow(applicant=True)
def materials(request: HttpRequest, draft: str) -> HttpResponse:
    """POST with `again` asks the sources once more; else it takes the files and goes on when nothing is missing."""
    actor = applicant.applicant_of(request)
    found = cases.draft(draft, acting=actor)
    if found.case:
        return redirect("portal:case", number=found.case)
    if found.resolved_at is None or "again" in request.POST:
        found = cases.resolve_materials(draft=draft, acting=actor, now=time.now())
    if request.method != "POST" or "again" in request.POST:
        return _page(request, found, {})
    found, errors = _take(request, found, actor)
    for need in found.needs:
        if need.missing:
            errors.setdefault(uploads.PREFIX + need.code, gettext("请上传“{name}”。").format(name=said(need.name)))
    if errors or "upload" in request.POST:
        return _page(request, found, errors)
    return redirect("portal:draft_check", draft=draft)


def _take(request: HttpRequest, draft: Draft, actor: Actor) -> tuple[Draft, dict[str, str]]:
    stored, errors = uploads.receive(request, [need.code for need in draft.needs])
    for code, file in stored.items():
        draft = cases.attach(draft=draft.id, material=code, file=file, acting=actor, now=time.now())
    return draft, errors


def _page(request: HttpRequest, draft: Draft, errors: dict[str, str]) -> HttpResponse:
    drawn = [(need, _field(need, errors)) for need in draft.needs]
    given = [pair for pair in drawn if pair[0].state in _GIVEN]
    asked = [pair for pair in drawn if pair[0].state not in _GIVEN]
    context = {
        "draft": draft,
        "given": given,
        "asked": asked,
        "faults": [field for _, field in drawn if field.error],
        "steps": STEPS,
    }
    return render(request, "portal/draft_materials.html", context, status=422 if errors else 200)


def _field(need: MaterialNeed, errors: dict[str, str]) -> Field:
    name = uploads.PREFIX + need.code
    return Field(
        name=name,
        label=gettext("选择文件：{name}").format(name=said(need.name)),
        kind="file",
        hint=gettext("PDF、PNG 或 JPG，不超过 20 MB"),
        error=errors.get(name, ""),
        accept=uploads.ACCEPT,
        required=need.missing,
    )
