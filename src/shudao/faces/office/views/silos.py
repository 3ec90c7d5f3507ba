"""The silo map for the data bureau: who offers, who uses whose data, who does neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.silos import DAYS, DepartmentUse, Pair, SiloMap
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import said
from shudao.faces.office import disputed, silo_picture
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity.contracts import Role
from shudao.kernel.time import now

KINDS: dict[str, tuple[str, Callable[[DepartmentUse], bool]]] = {
    "": (gettext_noop("全部"), lambda one: True),
    "isolated": (gettext_noop("孤岛部门"), lambda one: one.isolated),
    "unused": (gettext_noop("提供但无人使用"), lambda one: one.unused),
    "offers": (gettext_noop("提供数据"), lambda one: one.offered > 0),
    "uses": (gettext_noop("使用数据"), lambda one: one.uses > 0),
}
SORTS: dict[str, Callable[[DepartmentUse], Any]] = {
    name: attrgetter(name) for name in ("offered", "used", "granted", "uses", "given", "made")
}


@allow(Role.DATA_BUREAU)
def silos(request: HttpRequest) -> HttpResponseBase:
    """Show the map: a picture of the pairs, their table, and every department."""
    found = exchange.silo_map(now=now())
    codes = {one.department for one in found.departments}
    names = {code: said(name) for code, name in disputed.names_of(codes).items()}
    shown = chosen(request, found, names)
    if request.GET.get("format") == "csv":
        return _export(request, found, shown, names)
    pairs = [one for one in found.pairs if not lists.word(request, "text") or _touches(one, shown)]
    context = {
        "found": found,
        "days": DAYS,
        "page": lists.page_of([(one, names.get(one.department, one.department)) for one in shown], request),
        "pairs": [(one, names.get(one.provider, one.provider), names.get(one.user, one.user)) for one in pairs],
        "picture": silo_picture.picture(pairs, names),
        "isolated": sum(one.isolated for one in found.departments),
        "unused": sum(one.unused for one in found.departments),
        "text": lists.word(request, "text"),
        "kind": lists.word(request, "kind"),
        "kinds": [(value, gettext(name)) for value, (name, _) in KINDS.items()],
    }
    return render(request, "office/silos.html", context | doors(request))


def chosen(request: HttpRequest, found: SiloMap, names: dict[str, str]) -> list[DepartmentUse]:
    """The departments that the address asks for, in its order; by name where it says none."""
    text, kind, sort = (lists.word(request, name) for name in ("text", "kind", "sort"))
    _, fits = KINDS.get(kind, KINDS[""])
    kept = [one for one in found.departments if fits(one) and text in names.get(one.department, one.department)]
    kept.sort(key=lambda one: names.get(one.department, one.department))
    key = SORTS.get(sort.removeprefix("-"))
    return kept if key is None else sorted(kept, key=key, reverse=sort.startswith("-"))


def _touches(pair: Pair, shown: Sequence[DepartmentUse]) -> bool:
    return any(one.department in (pair.provider, pair.user) for one in shown)


def _export(
    request: HttpRequest, found: SiloMap, shown: Sequence[DepartmentUse], names: dict[str, str]
) -> HttpResponseBase:
    if request.GET.get("table") == "pairs":
        header = ("数源部门", "使用部门", "获准资源数", "调用次数")
        rows: Iterator[tuple[object, ...]] = (
            (names.get(one.provider, one.provider), names.get(one.user, one.user), one.resources, one.calls)
            for one in found.pairs
        )
    else:
        header = ("部门", "提供资源数", "被使用", "获准资源数", "使用资源数", "被调用次数", "调用次数", "孤岛部门")  # type: ignore[assignment]
        rows = (_row(one, names) for one in shown)
    return csv_response(gettext("数据孤岛图"), [gettext(one) for one in header], rows)


def _row(one: DepartmentUse, names: dict[str, str]) -> tuple[object, ...]:
    name = names.get(one.department, one.department)
    alone = gettext("是") if one.isolated else gettext("否")
    return name, one.offered, one.used, one.granted, one.uses, one.given, one.made, alone
