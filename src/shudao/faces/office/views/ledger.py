"""The evidence: every answer of the gateway, found by case, caller or resource, and proved from the files."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.evidence import LedgerLine, LedgerReport
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import roles
from shudao.faces.office import words as said
from shudao.faces.office.named import titles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.texts import Text

_MOST = 1000


@allow(*roles.EVIDENCE)
def ledger(request: HttpRequest) -> HttpResponseBase:
    """List the newest calls."""
    return show(request)


@allow(*roles.EVIDENCE)
@require_POST
def verify(request: HttpRequest) -> HttpResponseBase:
    """Verify the whole ledger from its files and say what was found."""
    return show(request, exchange.ledger_verify())


def show(request: HttpRequest, report: LedgerReport | None = None) -> HttpResponseBase:
    """Draw the page."""
    words = {name: lists.word(request, name) for name in ("case", "client", "resource")}
    found = exchange.ledger_entries(**words, limit=_MOST)
    if request.GET.get("format") == "csv":
        header = [gettext(name) for name in ("时间", "调用方", "数据资源", "办件编号", "字段", "结果", "台账编号")]
        rows = ([o.at.isoformat(), o.client, o.resource, o.case, " ".join(o.fields), o.outcome, o.entry] for o in found)
        return csv_response(gettext("调用台账"), header, rows)
    page = lists.page_of(found, request)
    context = {"page": page, "shown": named(page.items), "words": words, "report": report}
    return render(request, "office/ledger.html", context | doors(request))


def named(lines: Sequence[LedgerLine]) -> list[tuple[LedgerLine, Text, tuple[Text, ...], str]]:
    """Each call with the names of its resource, of its fields, and of how it ended."""
    known = exchange.find_resources(sorted({one.resource for one in lines}))
    return [
        (
            one,
            known[one.resource].name if one.resource in known else Text(one.resource),
            titles(known.get(one.resource), one.fields),
            said.outcome(one.outcome),
        )
        for one in lines
    ]
