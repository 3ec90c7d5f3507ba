"""The standard list: the province's items, who carries them out, and the 120 national fields of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shudao.contexts.matters import api as catalogue
from shudao.contexts.matters.contracts import BasicItem
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions


@allow(*roles.CATALOGUE)
def items(request: HttpRequest) -> HttpResponseBase:
    """List the basic catalogue."""
    text, kind = lists.word(request, "text"), lists.word(request, "department")
    names = identity.kind_names()
    found = [one for one in catalogue.basic_items() if fits(one, text, kind)]
    sort = lists.word(request, "sort")
    keys = {
        "name": lambda one: one.name.zh,
        "promised": lambda one: one.promised.amount,
        "visits": lambda one: one.visits,
    }
    if sort.lstrip("-") in keys:
        found.sort(key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))
    if request.GET.get("format") == "csv":
        return export(found)
    page = lists.page_of(found, request)
    shown = [(one, names.get(one.department_kind)) for one in page.items]
    kinds = sorted({one.department_kind for one in catalogue.basic_items()}, key=list(names).index)
    context = {"page": page, "shown": shown, "text": text, "kind": kind, "kinds": [(k, names[k]) for k in kinds]}
    return render(request, "office/matters.html", context | doors(request))


def fits(one: BasicItem, text: str, kind: str) -> bool:
    """Whether an item is what the list was filtered for."""
    words = f"{one.name.zh} {one.name.en} {one.catalog_code}".lower()
    return (not kind or one.department_kind == kind) and text.lower() in words


def export(found: list[BasicItem]) -> HttpResponseBase:
    """The list as CSV."""
    language = get_language() or "zh-hans"
    header = [
        gettext(name) for name in ("基本编码", "事项名称", "事项类型", "承诺时限", "法定时限", "到现场次数", "网办深度")
    ]
    rows = (
        [
            one.catalog_code,
            one.name.said(language),
            catalogue.label("task_type", one.task_type).said(language),
            one.promised.amount,
            one.legal.amount,
            one.visits,
            one.tier,
        ]
        for one in found
    )
    return csv_response(gettext("基本目录"), header, rows)


@allow(*roles.CATALOGUE)
def item(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one basic item and who carries it out below a division."""
    standard = catalogue.basic_item(code)
    division = lists.word(request, "division") or regions.roots()[0].code
    context = {
        "item": standard,
        "type": catalogue.label("task_type", standard.task_type),
        "articles": catalogue.articles(standard.by_law),
        "division": regions.get(division),
        "page": catalogue.choices(standard.catalog_code, division, page=lists.number(request)),
    }
    return render(request, "office/item.html", context | doors(request))


@allow(*roles.CATALOGUE)
def implementation(request: HttpRequest, task_code: str) -> HttpResponseBase:
    """Show one implementation with every national field, and where it differs from its standard and why."""
    matter = catalogue.implementation(task_code)
    overrides = [(catalogue.label("field", one.field), one) for one in matter.overrides]
    context = {"matter": matter, "overrides": overrides, "groups": catalogue.described_fields(matter)}
    return render(request, "office/implementation.html", context | doors(request))
