"""The catalogue of resources, and the rights that stand on it: until when, and what ends or renews them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Grant
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import grant_forms, rights_words, roles
from shudao.faces.office.disputed import names_of
from shudao.faces.office.named import Named, named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid
from shudao.kernel.time import local_date, now

_SORTS: dict[str, Callable[[Grant], Any]] = {
    "until": lambda one: one.valid_to,
    "from": lambda one: one.valid_from,
    "resource": lambda one: one.resource,
}
# Grants that give something today, the list's first view.
_VALID = ("valid", "ending")


@allow(*roles.DATA)
def grants(request: HttpRequest) -> HttpResponseBase:
    """List the rights to data: who may see which fields, for what, until when."""
    today, state, sort = local_date(now()), lists.word(request, "state") or "valid", lists.word(request, "sort")
    found = _filtered(exchange.grants(), state, lists.word(request, "resource"), today)
    if sort.lstrip("-") in _SORTS:
        found.sort(key=_SORTS[sort.lstrip("-")], reverse=sort.startswith("-"))
    if request.GET.get("format") == "csv":
        names = ("授权编号", "数据资源", "使用部门", "业务系统", "字段", "用途", "生效日", "到期日", "状态")
        return csv_response(gettext("共享授权"), [gettext(one) for one in names], _rows(named(found), today))
    page = lists.page_of(found, request)
    context = {
        "page": page,
        "shown": [
            (one, rights_words.standing(one.one, today), one.one.supply_overdue(today)) for one in named(page.items)
        ],
        "state": state,
        "states": _states(),
        "words": rights_words.standing_words(),
    }
    return render(request, "office/grants.html", context | doors(request))


def _states() -> list[tuple[str, str]]:
    words = rights_words.standing_words()
    first = [("valid", gettext("今天有效")), ("ending", words["ending"]), ("unsupplied", gettext("逾期未提供数据"))]
    rest = [(name, words[name]) for name in ("suspended", "future", "expired", "withdrawn", "returned")]
    return [*first, *rest, ("all", gettext("全部"))]


def _filtered(found: Iterable[Grant], state: str, resource: str, today: date) -> list[Grant]:
    shown = [one for one in found if not resource or one.resource == resource]
    if state == "all":
        return shown
    if state == "unsupplied":
        return [one for one in shown if one.supply_overdue(today)]
    wanted = _VALID if state == "valid" else (state,)
    return [one for one in shown if rights_words.standing(one, today) in wanted]


def _rows(shown: Iterable[Named], today: date) -> Iterator[tuple[object, ...]]:
    words = rights_words.standing_words()
    for row in shown:
        one: Grant = row.one
        fields, state = rights_words.comma(row.fields), words[rights_words.standing(one, today)]
        who = (said(row.resource), said(row.department), said(row.system), fields, said(row.purpose))
        yield one.number, *who, day(one.valid_from), day(one.valid_to), state


@allow(*roles.DATA)
def grant(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one right; withdraw it, give it back, suspend it, let it stand again; the way to renew it."""
    actor, one = actor_of(request), exchange.grant(number)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, grant_forms.act(request, one, actor))
            return redirect("office:grant", number=number)
        except Invalid as refused:
            errors = {name: gettext(sentence) for name, sentence in refused.fields.items()}
    today, shown = local_date(now()), named([one])[0]
    state = rights_words.standing(one, today)
    context = {
        "one": one,
        "named": shown,
        "provider": names_of({shown.provider}).get(shown.provider),
        "lines": rights_words.described(one),
        "state": state,
        "words": rights_words.standing_words(),
        "unsupplied": one.supply_overdue(today),
        "renewal": exchange.renewals([number]).get(number),
        "may": grant_forms.may(actor, one, shown.provider, today),
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
        "sent": request.POST,
        "until": grant_forms.until_entry(request, one, today, errors),
    }
    return render(request, "office/grant.html", context | doors(request), status=422 if errors else 200)
