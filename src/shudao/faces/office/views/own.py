"""What a body has set for itself: drop it, or set something else, at any time and with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Differing, Implementation
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.faces.office import disputed, own_fields
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, Invalid, NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import now


@allow(Role.MATTER_MANAGER)
@never_cache
def own(request: HttpRequest, task_code: str) -> HttpResponseBase:
    """Show and change what differs in all that the body decides about together with this implementation."""
    actor, matter = actor_of(request), matters.implementation(task_code)
    body = matters.deciding_body(matter)
    if not matters.answers_for(actor, body, identity.department(body).division):
        raise Forbidden
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            count = _act(request, matter, body, actor)
            messages.success(request, gettext("已更新 {count} 条实施清单。").format(count=count))
            return redirect("office:implementation", task_code=task_code)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    named = {one.field: said(matters.label("field", one.field)) for one in matter.overrides}
    drop = Field(
        "drop",
        gettext("取消哪些差异"),
        "checkboxes",
        [],
        choices=tuple(Choice(field, name) for field, name in named.items()),
        error=errors.get("drop", ""),
    )
    context = {
        "matter": matter,
        "body": disputed.names_of({body}).get(body),
        "total": len(matters.decided_by(body, matter.catalog_code)),
        "drop": drop if named else None,
        "entries": own_fields.entries(request, matter, errors),
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
    }
    return render(request, "office/own.html", context | doors(request), status=422 if errors else 200)


def _act(request: HttpRequest, matter: Implementation, body: str, actor: Actor) -> int:
    what, drop = request.POST.get("act", ""), request.POST.getlist("drop")
    wanted = Differing({}, Text(""))
    if what == "drop" and not drop:
        raise Invalid(fields={"drop": "请选择要取消的差异。"})
    if what == "differ":
        fields = own_fields.typed(request, matter)
        if not fields:
            raise Invalid(fields={"fields": "请至少改写一项，或直接接受新标准。"})
        wanted = Differing(fields, Text(request.POST.get("reason", ""), request.POST.get("reason_en", "")))
    elif what != "drop":
        raise NotFound
    return matters.set_own_fields(
        catalog_code=matter.catalog_code,
        body=body,
        wanted=wanted,
        drop=drop if what == "drop" else (),
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )
