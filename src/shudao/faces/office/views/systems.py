"""The systems of departments that call the gateway; a department's own people register theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, gettext_noop

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import INSTANCE, MEMBER_CLASS, System, SystemState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text
from shudao.kernel.time import now

_SUBSYSTEM = re.compile(r"[A-Za-z0-9-]{1,40}")
STATES = {
    SystemState.ACTIVE: gettext_noop("启用"),
    SystemState.SUSPENDED: gettext_noop("已暂停"),
    SystemState.RETIRED: gettext_noop("已注销"),
}
_NEVER = "9999"
SORTS: dict[str, Callable[[System], Any]] = {
    "name": lambda one: one.name.zh,
    "department": lambda one: (one.department, one.client),
    "ends": lambda one: str(one.keys_end or _NEVER),
}


@allow(*roles.ASKERS)
def systems(request: HttpRequest) -> HttpResponseBase:
    """List the systems; register one of the own department's."""
    errors: dict[str, str] = {}
    mine = departments(request)
    if request.method == "POST":
        try:
            made = register(request, mine)
            messages.success(request, gettext("系统已登记；对接前还须登记它的公钥。"))
            return redirect("office:system", made.client)
        except Invalid as refused:
            errors = refused.fields
    found = exchange.systems()
    bodies = identity.find_departments({one.department for one in found})
    shown = chosen(request, found, bodies)
    if request.GET.get("format") == "csv":
        names = ("名称", "系统标识", "部门", "状态", "有效公钥", "公钥到期")
        return csv_response(gettext("业务系统"), [gettext(one) for one in names], _rows(shown, bodies))
    page = lists.page_of([(one, bodies.get(one.department)) for one in shown], request)
    language = get_language() or "zh-hans"
    context = {
        "page": page,
        "departments": [(code, one.name.said(language)) for code, one in mine.items()],
        "errors": errors,
        "sent": request.POST,
        "text": lists.word(request, "text"),
        "state": lists.word(request, "state"),
        "states": [(one.value, gettext(name)) for one, name in STATES.items()],
    }
    return render(request, "office/systems.html", context | doors(request), status=422 if errors else 200)


def chosen(request: HttpRequest, found: list[System], bodies: Mapping[str, Department]) -> list[System]:
    """Those that hold the words asked for and stand in the state asked for, in the order asked for."""
    text, state, sort = (lists.word(request, name) for name in ("text", "state", "sort"))

    def holds(one: System) -> bool:
        body = bodies.get(one.department)
        words = (one.client, one.name.zh, one.name.en, *((body.name.zh, body.name.en) if body else ()))
        return (not state or one.state == state) and any(text.lower() in word.lower() for word in words)

    key = SORTS.get(sort.removeprefix("-"))
    kept = [one for one in found if holds(one)]
    return kept if key is None else sorted(kept, key=key, reverse=sort.startswith("-"))


def _rows(shown: Iterable[System], bodies: Mapping[str, Department]) -> Iterator[tuple[object, ...]]:
    for one in shown:
        body = bodies.get(one.department)
        name = said(body.name) if body else one.department
        ends = day(one.keys_end) if one.keys_end else ""
        yield said(one.name), one.client, name, gettext(STATES[one.state]), len(one.keys), ends


def departments(request: HttpRequest) -> dict[str, Department]:
    """The departments for which this person may register a system."""
    return identity.find_departments(roles.departments_of(actor_of(request), roles.ASKERS))


def register(request: HttpRequest, mine: dict[str, Department]) -> System:
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
    return exchange.register_system(
        client=f"{INSTANCE}/{MEMBER_CLASS}/{sent['department']}/{sent['subsystem']}",
        name=Text(sent["name"][:100]),
        department=sent["department"],
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )
