"""The catalogue of resources, and the rights that stand on it: until when, and what ends or renews them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Grant, GrantsLooked, Standing
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, grant_forms, rights_words, roles
from shudao.faces.office.disputed import names_of
from shudao.faces.office.named import named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date, now

# Grants that give something today, the list's first view.
_VALID = (Standing.VALID, Standing.ENDING)


@allow(*roles.DATA)
def grants(request: HttpRequest) -> HttpResponseBase:
    """List the rights to data: who may see which fields, for what, until when."""
    today, state = local_date(now()), lists.word(request, "state") or "valid"
    looked = _looked(request, state)

    def read(number: int, size: int) -> Page[Grant]:
        return exchange.find_grants(looked, page=number, size=size, today=today)

    if request.GET.get("format") == "csv":
        names = ("授权编号", "数据资源", "使用部门", "业务系统", "字段", "用途", "生效日", "到期日", "状态")
        return csv_response(gettext("共享授权"), [gettext(one) for one in names], _rows(disputed.pages(read), today))
    page = read(lists.number(request), lists.SIZE)
    context = {
        "page": page,
        "shown": [(one, one.one.standing(today), one.one.supply_overdue(today)) for one in named(page.items)],
        "state": state,
        "states": _states(),
        "words": rights_words.standing_words(),
    }
    return render(request, "office/grants.html", context | doors(request))


def _states() -> list[tuple[str, str]]:
    words = rights_words.standing_words()
    first = [
        ("valid", gettext("今天有效")),
        ("ending", words[Standing.ENDING]),
        ("unsupplied", gettext("逾期未提供数据")),
    ]
    rest = [(name, words[name]) for name in words if name not in _VALID]
    return [*first, *rest, ("all", gettext("全部"))]


def _looked(request: HttpRequest, state: str) -> GrantsLooked:
    """What the address asks for; nothing is hidden for a word that is no state."""
    standings = _VALID if state == "valid" else (Standing(state),) if state in set(Standing) else ()
    resource, sort = lists.word(request, "resource"), lists.word(request, "sort")
    return GrantsLooked(resource, standings, unsupplied=state == "unsupplied", sort=sort)


def _rows(pages: Iterable[Sequence[Grant]], today: date) -> Iterator[tuple[object, ...]]:
    words = rights_words.standing_words()
    for row in (row for found in pages for row in named(found)):
        one: Grant = row.one
        fields, state = rights_words.comma(row.fields), words[one.standing(today)]
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
    state = one.standing(today)
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
