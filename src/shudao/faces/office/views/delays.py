"""Whose calls people see later, on which legal basis: decided by the data bureau, seen by auditors too."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import Delay
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Choice, Field, errors_of
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, roles
from shudao.faces.office.named import named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid
from shudao.kernel.time import local_date, now


@allow(*roles.EVIDENCE)
@never_cache
def delays(request: HttpRequest) -> HttpResponseBase:
    """List what is shown later; let the bureau add to it."""
    actor, found = actor_of(request), exchange.delays()
    if request.GET.get("format") == "csv":
        names = [gettext(one) for one in ("授权编号", "公开日", "法律依据", "决定时间")]
        rows = ((one.grant, day(one.until), one.basis, day(one.decided_at)) for one in found)
        return csv_response(gettext("延迟公开"), names, rows)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _delay(request)
            messages.success(request, gettext("已记录：到公开日之前，当事人看不到该授权的调用。"))
            return redirect("office:delays")
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    bureau = identity.has_role(actor, Role.DATA_BUREAU)
    entries = _entries(request, errors) if bureau else []
    page = lists.page_of(found, request)
    context = {"page": page, "entries": entries, "faults": errors_of(entries), "today": local_date(now())}
    return render(request, "office/delays.html", context | doors(request), status=422 if errors else 200)


def _delay(request: HttpRequest) -> Delay:
    sent = disputed.sent(request, "grant", "until", "basis")
    try:
        until = date.fromisoformat(sent["until"])
    except ValueError:
        raise Invalid(fields={"until": "日期应写成 2026-11-24 的样子。"}) from None
    if not sent["grant"]:
        raise Invalid(fields={"grant": "请选择一个授权。"})
    return exchange.delay_disclosure(
        grant=sent["grant"],
        until=until,
        basis=sent["basis"],
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )


def _entries(request: HttpRequest, errors: dict[str, str]) -> list[Field]:
    supervising = exchange.grants(purpose=Purpose.SUPERVISION)
    choices = tuple(
        Choice(shown.one.number, f"{said(shown.department)} · {said(shown.resource)}") for shown in named(supervising)
    )
    sent = request.POST
    return [
        Field(
            "grant",
            gettext("授权（只有监管用途的可以延迟公开）"),
            "select",
            sent.get("grant", ""),
            choices=(Choice("", gettext("请选择")), *choices),
            error=errors.get("grant", ""),
        ),
        Field(
            "until",
            gettext("公开日"),
            value=sent.get("until", ""),
            hint=gettext("例如 2026-12-31，最长一年；填今天就是提前公开。"),
            error=errors.get("until", ""),
            maxlength=10,
            width="10",
        ),
        Field(
            "basis",
            gettext("法律依据"),
            value=sent.get("basis", ""),
            error=errors.get("basis", ""),
            maxlength=500,
        ),
    ]
