"""The systems of departments that call the gateway; a department's own people register theirs."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import INSTANCE, MEMBER_CLASS
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text
from shudao.kernel.time import now

_SUBSYSTEM = re.compile(r"[A-Za-z0-9-]{1,40}")


@allow(*roles.ASKERS)
def systems(request: HttpRequest) -> HttpResponseBase:
    """List the systems; register one of the own department's."""
    errors: dict[str, str] = {}
    mine = departments(request)
    if request.method == "POST":
        try:
            register(request, mine)
            messages.success(request, gettext("系统已登记；对接前还须登记它的公钥。"))
            return redirect("office:systems")
        except Invalid as refused:
            errors = refused.fields
    found = exchange.systems()
    bodies = identity.find_departments({one.department for one in found})
    page = lists.page_of([(one, bodies.get(one.department)) for one in found], request)
    language = get_language() or "zh-hans"
    context = {
        "page": page,
        "departments": [(code, one.name.said(language)) for code, one in mine.items()],
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "office/systems.html", context | doors(request), status=422 if errors else 200)


def departments(request: HttpRequest) -> dict[str, Department]:
    """The departments for which this person may register a system."""
    return identity.find_departments(roles.departments_of(actor_of(request), roles.ASKERS))


def register(request: HttpRequest, mine: dict[str, Department]) -> None:
    """Register what was typed. Raises Invalid."""
    sent = {name: request.POST.get(name, "").strip() for name in ("department", "subsystem", "name")}
    problems = {}
    if sent["department"] not in mine:
        problems["department"] = gettext("请选择部门。")
    if not sent["name"]:
        problems["name"] = gettext("请填写系统名称。")
    if not _SUBSYSTEM.fullmatch(sent["subsystem"]):
        problems["subsystem"] = gettext("请用1至40个字母、数字或连字符。")
    if problems:
        raise Invalid(fields=problems)
    exchange.register_system(
        client=f"{INSTANCE}/{MEMBER_CLASS}/{sent['department']}/{sent['subsystem']}",
        name=Text(sent["name"][:100]),
        department=sent["department"],
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )
