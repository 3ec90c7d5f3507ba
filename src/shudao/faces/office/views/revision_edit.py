"""Write a revision: every national field of a basic item in one plain form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import RevisionState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Field
from shudao.faces.office import disputed, item_form
from shudao.faces.office.views.start import doors
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, Invalid, NotFound
from shudao.kernel.time import now


@allow(Role.MATTER_MANAGER, Role.DATA_BUREAU)
@never_cache
def edit(request: HttpRequest, number: str) -> HttpResponseBase:
    """Change a draft."""
    actor, one = actor_of(request), matters.revision(number)
    if not matters.keeps_item(actor, one.department_kind):
        raise Forbidden
    if one.state is not RevisionState.DRAFT:
        raise NotFound
    errors: dict[str, str] = {}
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        try:
            note, key = sent.get("note", ""), sent.get("key", "")
            item = item_form.typed(one.item, sent)
            matters.save_revision(number=number, item=item, note=note, acting=actor, now=now(), key=key)
            messages.success(request, gettext("修订已保存为草稿。"))
            return redirect("office:revision", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    note = sent.get("note", "") if sent is not None else one.note
    context = {
        "one": one,
        "note": Field("note", gettext("修订说明"), "textarea", note, maxlength=500),
        "sections": item_form.sections(one.item, sent, errors),
        "errors": errors,
    }
    return render(request, "office/revision_edit.html", context | doors(request), status=422 if errors else 200)
