"""Findings: what differs from the standard, with both values; putting right, asking for an exception, deciding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.conformance import api as conformance
from shudao.contexts.conformance.contracts.findings import Filter, Finding
from shudao.contexts.matters import api as catalogue
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import conformance_words as words
from shudao.faces.office import disputed, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.faces.office.words import action
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden, Invalid
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date, now

_FILTERS = ("rule", "below", "department", "department_kind", "severity", "state", "catalog_code", "text")


@allow(*roles.CATALOGUE)
@never_cache
def findings(request: HttpRequest) -> HttpResponseBase:
    """List findings, those that are due first."""
    asked = {name: lists.word(request, name) for name in _FILTERS}
    asked["state"] = asked["state"] or "open"
    wanted = Filter(**asked | {"state": "" if asked["state"] == "all" else asked["state"]})
    sort = lists.word(request, "sort") or "due"

    def read(number: int, size: int) -> Page[Finding]:
        return conformance.findings(wanted, sort=sort, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = ("编号", "规则", "严重程度", "事项", "实施机构", "要素", "标准", "实际", "整改期限", "状态", "地区")
        rows = (row for page in disputed.pages(read) for row in _rows(page))
        return csv_response(gettext("合规问题"), [gettext(one) for one in names], rows)
    page = read(lists.number(request), lists.SIZE)
    known = {name.code: said(name.name) for name in conformance.rules().values()}
    context = {
        "page": page,
        "places": regions.find({one.division for one in page.items}),
        "fields": {one.number: words.field(one.field) for one in page.items},
        "asked": asked,
        "rules": known,
        "kinds": {code: said(name) for code, name in identity.kind_names().items()},
        "severities": words.severities(),
        "states": words.states(),
        "place": regions.get(asked["below"]) if asked["below"] else None,
        "provinces": [place for root in regions.roots() for place in (root, *regions.children(root.code))],
        "today": local_date(now()),
    }
    return render(request, "office/findings.html", context | doors(request))


def _rows(found: Sequence[Finding]) -> Iterator[tuple[object, ...]]:
    severities, states = words.severities(), words.states()
    places = regions.find({one.division for one in found})
    for one in found:
        place = places.get(one.division)
        yield (
            one.number,
            said(one.rule.name),
            severities[one.severity],
            said(one.name),
            said(one.department_name),
            words.field(one.field),
            words.value(one.field, one.expected),
            words.value(one.field, one.found),
            day(one.due_on),
            states[one.state],
            said(place.name) if place else one.division,
        )


@allow(*roles.CATALOGUE)
@never_cache
def finding(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one finding with both values side by side, and what can be done about it."""
    actor, one = actor_of(request), conformance.finding(number)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request, one, actor))
            return redirect("office:finding", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    return _shown(request, conformance.finding(number), actor, errors)


def _act(request: HttpRequest, one: Finding, actor: Actor) -> str:
    """Do what was sent; return what to say."""
    sent, act = disputed.sent(request, "reason", "basis", "until", "opinion"), request.POST.get("act", "")
    key = request.POST.get("key", "")
    if act == "ask":
        conformance.ask_exemption(
            finding=one.number,
            reason=sent["reason"],
            basis=sent["basis"].replace("，", " ").replace(",", " ").split(),
            until=_day(sent["until"]),
            acting=actor,
            now=now(),
            key=key,
        )
        return gettext("例外申请已提交，由数据主管部门审定。")
    if act in ("approve", "refuse"):
        conformance.decide_exemption(
            exemption=request.POST.get("exemption", ""),
            approved=act == "approve",
            opinion=sent["opinion"],
            acting=actor,
            now=now(),
            key=key,
        )
        return gettext("审定结果已记录。")
    return _look_again(one, actor)


def _look_again(one: Finding, actor: Actor) -> str:
    if not may_look(actor, one):
        raise Forbidden
    if one.task_code:
        conformance.check_implementations([one.task_code], now=now())
    else:
        conformance.check_items([one.catalog_code], now=now())
    closed = conformance.finding(one.number).closed_at
    return gettext("复核通过，问题已办结。") if closed else gettext("已经复核，问题仍然存在。")


def may_look(actor: Actor, one: Finding) -> bool:
    """Whether somebody may have it looked at again: the department's own, and the data bureau."""
    return conformance.may_ask(actor, one) or roles.holds(actor, (roles.Role.DATA_BUREAU,))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={"until": "日期应写成 2026-11-24 的样子。"}) from None


def _shown(request: HttpRequest, one: Finding, actor: Actor, errors: dict[str, str]) -> HttpResponseBase:
    exemptions, is_open = conformance.exemptions(one.number), one.state == "open"
    waiting = next((asked for asked in exemptions if asked.state == "asked"), None)
    place = regions.find([one.division]).get(one.division)
    context = {
        "one": one,
        "place": place,
        "owner": identity.find_departments({one.owner}).get(one.owner),
        "field": words.field(one.field),
        "expected": words.value(one.field, one.expected),
        "found": words.value(one.field, one.found),
        "severity": words.severities()[one.severity],
        "state": words.states()[one.state],
        "exemptions": exemptions,
        "waiting": waiting if is_open else None,
        "articles": catalogue.articles({code for asked in exemptions for code in asked.basis}),
        "may_ask": is_open and not waiting and conformance.may_ask(actor, one),
        "may_decide": is_open and waiting is not None and conformance.may_decide(actor, waiting, one),
        "may_look": one.closed_at is None and may_look(actor, one),
        "history": [(entry, action(entry.action)) for entry in conformance.history(one.number)],
        "chinese": not request.LANGUAGE_CODE.startswith("en"),  # type: ignore[attr-defined]
        "errors": errors,
        "sent": request.POST,
        "late": is_open and one.due_on < local_date(now()),
    }
    return render(request, "office/finding.html", context | doors(request), status=422 if errors else 200)


@allow(roles.Role.DATA_BUREAU)
@never_cache
def exemptions(request: HttpRequest) -> HttpResponseBase:
    """List what waits for a decision, the oldest first."""
    page = conformance.asked_exemptions(page=lists.number(request), size=lists.SIZE)
    if request.GET.get("format") == "csv":
        names = ("编号", "规则", "事项", "实施机构", "理由", "法律依据", "期限")
        return csv_response(gettext("例外申请"), [gettext(one) for one in names], _exemption_rows())
    return render(request, "office/exemptions.html", {"page": page} | doors(request))


def _exemption_rows() -> Iterator[tuple[object, ...]]:
    for page in disputed.pages(lambda number, size: conformance.asked_exemptions(page=number, size=size)):
        for asked, one in page:
            names = said(one.rule.name), said(one.name), said(one.department_name)
            yield one.number, *names, asked.reason, " ".join(asked.basis), day(asked.until)
