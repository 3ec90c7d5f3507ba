"""The evidence: every call that the gateway answered or refused, found by what is known of it, each with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.evidence import CallFilter, LedgerLine, LedgerReport
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import PURPOSES
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import roles
from shudao.faces.office import words as said
from shudao.faces.office.named import titles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.texts import Text
from shudao.kernel.time import now

_EXPORTED = 1000
# Reading and hashing a million entries takes some seconds of a web process; more is for the command.
_VERIFIED_HERE = 1_000_000
_WORDS = ("case", "client", "resource", "since", "until")


@dataclass(frozen=True, slots=True)
class Shown:
    """A call with the names of what it names."""

    one: LedgerLine
    resource: Text
    caller: Text
    fields: tuple[Text, ...]
    outcome: str


@allow(*roles.LEDGER)
@never_cache
def ledger(request: HttpRequest) -> HttpResponseBase:
    """List calls, newest first, by case, caller, resource and day."""
    return show(request)


@allow(*roles.LEDGER)
@require_POST
@never_cache
def person(request: HttpRequest) -> HttpResponseBase:
    """List the newest calls about a person, for a reason. The identifier stands in no address and is not kept."""
    sent = {name: request.POST.get(name, "").strip()[:200] for name in ("resident_id", "reason")}
    try:
        found = exchange.find_calls_about(**sent, asked=CallFilter(), acting=actor_of(request), now=now())
    except RequestInvalid as refused:
        errors = {name: gettext(one) for name, one in refused.fields.items()}
        return show(request, errors=errors, reason=sent["reason"], status=422)
    context = {"found": found, "shown": named(found.page.items), "reason": sent["reason"]}
    return render(request, "office/ledger_person.html", context | doors(request))


@allow(*roles.EVIDENCE)
@require_POST
def verify(request: HttpRequest) -> HttpResponseBase:
    """Verify the whole ledger from its files and say what was found."""
    newest = exchange.ledger_standing(now=now()).newest
    if newest is not None and newest.size > _VERIFIED_HERE:
        return show(request, large=True)
    return show(request, report=exchange.ledger_verify())


@allow(*roles.LEDGER)
@never_cache
def call(request: HttpRequest, entry: str) -> HttpResponseBase:
    """One call with its fields, its grant, and what proves it."""
    found = exchange.call_evidence(entry, acting=actor_of(request))
    # What a caller wrote may be none of our purposes: then it is shown as it stands.
    purpose = PURPOSES.get(found.line.purpose)  # type: ignore[call-overload]
    context = {"found": found, "shown": named([found.line])[0], "purpose": purpose or Text(found.line.purpose)}
    return render(request, "office/ledger_call.html", context | doors(request))


@allow(*roles.LEDGER)
@require_POST
def archive(request: HttpRequest, entry: str) -> HttpResponseBase:
    """Hand out one call's evidence, to be checked offline."""
    content = exchange.evidence_archive(entry, acting=actor_of(request), now=now())
    name = f"evidence-{entry.replace(':', '-')}.zip"
    return HttpResponse(
        content, content_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def show(
    request: HttpRequest,
    *,
    report: LedgerReport | None = None,
    errors: Mapping[str, str] | None = None,
    reason: str = "",
    large: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    """Draw the list."""
    words = {name: lists.word(request, name) for name in _WORDS}
    days = {name: _day(words[name]) for name in ("since", "until")}
    asked = CallFilter(case=words["case"], client=words["client"], resource=words["resource"], **days)
    acting, exported = actor_of(request), request.GET.get("format") == "csv"
    number, size = (1, _EXPORTED) if exported else (lists.number(request), lists.SIZE)
    found = exchange.find_calls(asked, page=number, size=size, acting=acting)
    if exported:
        return _exported(found.page.items)
    verifies = roles.holds(acting, roles.EVIDENCE)
    context: dict[str, Any] = {"found": found, "page": found.page, "shown": named(found.page.items), "words": words}
    context |= {"report": report, "errors": errors or {}, "reason": reason, "large": large, "verifies": verifies}
    context |= {"standing": exchange.ledger_standing(now=now()), "callers": exchange.systems()}
    return render(request, "office/ledger.html", context | doors(request), status=status)


def named(lines: Sequence[LedgerLine]) -> list[Shown]:
    """Each call with the names of its caller, its resource and its fields, and of how it ended."""
    known = exchange.find_resources(sorted({one.resource for one in lines}))
    callers = {one.client: one.name for one in exchange.systems()} if lines else {}
    return [
        Shown(
            one=one,
            resource=known[one.resource].name if one.resource in known else Text(one.resource),
            caller=callers.get(one.client, Text(one.client)),
            fields=titles(known.get(one.resource), one.fields),
            outcome=said.outcome(one.outcome),
        )
        for one in lines
    ]


def _exported(lines: Sequence[LedgerLine]) -> HttpResponseBase:
    header = [gettext(name) for name in ("时间", "调用方", "数据资源", "办件编号", "字段", "结果", "台账编号")]
    rows = ([o.at.isoformat(), o.client, o.resource, o.case, " ".join(o.fields), o.outcome, o.entry] for o in lines)
    return csv_response(gettext("调用台账"), header, rows)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
