"""How a case stands, for whoever has its number and secret: no sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseNotFound, State, TooManyTries
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Field
from shudao.faces.portal import timeline
from shudao.kernel import time
from shudao.kernel.errors import ShudaoError, fill


@allow(public=True)
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """The secret travels in the body of a POST alone: never in an address, a log or a history."""
    number = (request.POST.get("number") or request.GET.get("number") or "").strip().upper()
    secret = request.POST.get("secret", "").strip().upper()
    if request.method != "POST":
        return _form(request, number, {})
    errors = {}
    if not number:
        errors["number"] = gettext("请填写办件编号。")
    if not secret:
        errors["secret"] = gettext("请填写查询码。")
    if errors:
        return _form(request, number, errors)
    try:
        progress = cases.track(number, secret, now=time.now())
    except (CaseNotFound, TooManyTries) as refused:
        return _form(request, number, {"number": _sentence(refused)}, status=refused.status)
    context = {
        "progress": progress,
        "timeline": timeline.of_progress(progress),
        "secret": secret,
        "can_rate": progress.delivered_at is not None or progress.state is State.REJECTED,
    }
    return render(request, "portal/progress.html", context)


def _form(request: HttpRequest, number: str, errors: dict[str, str], status: int = 422) -> HttpResponse:
    fields = [
        Field(
            "number",
            gettext("办件编号"),
            value=number,
            hint=gettext("受理回执上的 43 位编号"),
            error=errors.get("number", ""),
            maxlength=60,
        ),
        Field(
            "secret",
            gettext("查询码"),
            hint=gettext("受理回执上的 12 位查询码"),
            error=errors.get("secret", ""),
            maxlength=20,
            width="20",
            autocomplete="off",
        ),
    ]
    context = {"fields": fields, "faults": [one for one in fields if one.error]}
    status = 422 if errors and status == 404 else status
    return render(request, "portal/track.html", context, status=status if errors else 200)


def _sentence(refused: ShudaoError) -> str:
    return " ".join(fill(gettext(part), refused.details) for part in (refused.says, refused.advice))
