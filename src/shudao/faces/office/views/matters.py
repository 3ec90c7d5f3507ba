"""The standard list: the province's items, who carries them out, and the 120 national fields of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as catalogue
from shudao.contexts.matters.contracts import AdoptionState, BasicItem
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import disputed, law_words, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now


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
@never_cache
def item(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one basic item, how it stands and who carries it out; begin a revision, change its state."""
    standard, actor = catalogue.basic_item(code), actor_of(request)
    division = lists.word(request, "division") or regions.roots()[0].code
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _act(request, standard, actor)
        except Invalid as wrong:
            errors = {f"{request.POST.get('act')}-{name}": told for name, told in disputed.faults(wrong).items()}
    life = catalogue.item_life(standard.catalog_code)
    context = {
        "life": life,
        "standing": law_words.items()[life.state],
        "keeps": catalogue.keeps_item(actor, standard.department_kind),
        "owed": catalogue.adoption_counts(standard.catalog_code)[AdoptionState.OPEN],
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
        "sent": request.POST,
        "item": standard,
        "type": catalogue.label("task_type", standard.task_type),
        "articles": catalogue.articles(standard.by_law),
        "division": regions.get(division),
        "page": catalogue.choices(standard.catalog_code, division, page=lists.number(request)),
    }
    return render(request, "office/item.html", context | doors(request), status=422 if errors else 200)


_STATES = {"suspend": "2", "resume": "1", "cancel": "3"}


def _act(request: HttpRequest, standard: BasicItem, actor: Actor) -> HttpResponseBase:
    what, key = request.POST.get("act", ""), request.POST.get("key", "")
    code = standard.catalog_code
    if what == "revise":
        made = catalogue.begin_revision(catalog_code=code, acting=actor, now=now(), key=key)
        return redirect("office:edit-revision", number=made.number)
    if what not in _STATES:
        raise NotFound
    reason = request.POST.get("reason", "")
    catalogue.change_item_state(catalog_code=code, state=_STATES[what], reason=reason, acting=actor, now=now(), key=key)
    messages.success(request, gettext("事项状态已变更，所有实施清单同时生效。"))
    return redirect("office:item", code=code)


@allow(*roles.CATALOGUE)
def versions(request: HttpRequest, code: str) -> HttpResponseBase:
    """Compare two versions of a basic item field by field."""
    standard = catalogue.basic_item(code)
    life = catalogue.item_life(standard.catalog_code)
    numbers = [one.number for one in life.versions]
    after = _number(request, "after", numbers[0], numbers)
    before = _number(request, "before", max(after - 1, 1), numbers)
    context = {
        "item": standard,
        "life": life,
        "before": str(before),
        "after": str(after),
        "numbers": [(str(one), str(one)) for one in numbers],
        "changes": catalogue.compare_items(standard.catalog_code, before, after),
    }
    return render(request, "office/item_versions.html", context | doors(request))


def _number(request: HttpRequest, name: str, otherwise: int, known: list[int]) -> int:
    word = lists.word(request, name)
    return int(word) if word.isascii() and word.isdigit() and int(word[:9]) in known else otherwise


@allow(*roles.CATALOGUE)
def implementation(request: HttpRequest, task_code: str) -> HttpResponseBase:
    """Show one implementation with every national field, and where it differs from its standard and why."""
    matter = catalogue.implementation(task_code)
    overrides = [(catalogue.label("field", one.field), one) for one in matter.overrides]
    body = catalogue.deciding_body(matter)
    answers = catalogue.answers_for(actor_of(request), body, identity.department(body).division)
    context = {"matter": matter, "overrides": overrides, "groups": catalogue.described_fields(matter)}
    context["answers"] = answers and matter.state != "3"
    return render(request, "office/implementation.html", context | doors(request))
