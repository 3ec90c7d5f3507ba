"""One application being taken in: form and materials on one page, then the receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseOpened, Draft, MaterialMissing
from shudao.contexts.matters import api as matters
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Field, errors_of
from shudao.foundation.files import api as files
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now


@allow(Role.CLERK)
def draft(request: HttpRequest, draft_id: str) -> HttpResponseBase:
    """Fill in, fetch, attach, submit; what was typed is kept at every step."""
    actor = request.actor  # type: ignore[attr-defined]
    current = cases.draft(draft_id, acting=actor)
    if current.case:
        return redirect("window:case", number=current.case)
    if request.method != "POST":
        return show(request, prepared(current, request))
    current = keep(current, request)
    do = request.POST.get("do", "save")
    try:
        attach_all(current, request)
        if do == "submit":
            opened = cases.submit(draft=draft_id, acting=actor, now=now(), key=request.POST.get("key", ""))
            return receipt(request, opened)
        if do == "fetch":
            cases.resolve_materials(draft=draft_id, acting=actor, now=now())
    except MaterialMissing:
        current = cases.draft(draft_id, acting=actor)
        return show(request, current, errors=missing(current))
    except Invalid as refused:
        return show(request, cases.draft(draft_id, acting=actor), errors=refused.fields)
    if do.startswith("more:"):
        return show(request, cases.draft(draft_id, acting=actor), more=do.removeprefix("more:"))
    return redirect("window:draft", draft_id=draft_id)


def prepared(current: Draft, request: HttpRequest) -> Draft:
    """Fetch the materials when the page is opened for the first time."""
    if current.resolved_at is not None:
        return current
    return cases.resolve_materials(draft=current.id, acting=request.actor, now=now())  # type: ignore[attr-defined]


def keep(current: Draft, request: HttpRequest) -> Draft:
    """Save what was typed before anything else is tried."""
    form = matters.form(current.form_code, version=current.form_version)
    return cases.save_draft(
        draft=current.id,
        data=schema_forms.read(form.fields, request.POST),
        delivery=request.POST.get("delivery") or None,
        acting=request.actor,  # type: ignore[attr-defined]
        now=now(),
    )


def attach_all(current: Draft, request: HttpRequest) -> None:
    """Store every file that was sent and give it as its material."""
    for name, upload in request.FILES.items():
        stored = files.store(upload, name=upload.name or name, acting=request.actor, now=now())  # type: ignore[attr-defined]
        cases.attach(
            draft=current.id,
            material=name.removeprefix("material-"),
            file=stored,
            acting=request.actor,  # type: ignore[attr-defined]
            now=now(),
        )


def missing(current: Draft) -> dict[str, str]:
    """Point at each material that is still to be given."""
    return {f"material-{need.code}": gettext("请提交这份材料。") for need in current.needs if need.missing}


def show(
    request: HttpRequest, current: Draft, *, errors: dict[str, str] | None = None, more: str = ""
) -> HttpResponseBase:
    """Draw the page; each fault is named by its entry's title and leads to it."""
    form = matters.form(current.form_code, version=current.form_version)
    told = {name.replace("material:", "material-"): gettext(sentence) for name, sentence in (errors or {}).items()}
    groups = schema_forms.groups(form, current.data, told, more=more)
    language = get_language() or "zh-hans"
    faults = errors_of([entry for _group, entries in groups for entry in entries])
    faults += [
        Field(f"material-{need.code}", need.name.said(language), error=told[f"material-{need.code}"])
        for need in current.needs
        if f"material-{need.code}" in told
    ]
    known = {one.name for one in faults}
    faults += [Field(name, "", "file", error=sentence) for name, sentence in told.items() if name not in known]
    context = {"draft": current, "form": form, "groups": groups, "faults": faults, "errors": told}
    return render(request, "window/draft.html", context, status=422 if errors else 200)


def receipt(request: HttpRequest, opened: CaseOpened) -> HttpResponseBase:
    """
    The receipt to print and hand over, as the answer to the submission itself.

    The secret is told once and kept nowhere in plain; sending the form again carries the same key, so the same receipt.
    """
    case = cases.case(opened.number, acting=request.actor)  # type: ignore[attr-defined]
    return render(request, "window/receipt.html", {"opened": opened, "case": case})
