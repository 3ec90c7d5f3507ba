"""Disputes (争议协调): refusals that were brought before the data bureau, and its decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import About, Dispute, DisputeState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now


@allow(*roles.DATA)
@never_cache
def disputes(request: HttpRequest) -> HttpResponseBase:
    """List the disputes in which the member of staff's departments are a side; the data bureau sees all."""
    word = lists.word(request, "state")
    state = DisputeState(word) if word in set(DisputeState) else None
    sides = disputed.sides_of(actor_of(request))

    def read(number: int, size: int) -> disputed.Page[Dispute]:
        return exchange.disputes(departments=sides, state=state, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = ("编号", "争议对象", "提出方", "被提出方", "状态", "最迟裁决日")
        return csv_response(gettext("争议协调"), [gettext(one) for one in names], _rows(disputed.pages(read)))
    page = read(lists.number(request), lists.SIZE)
    codes = {code for one in page.items for code in (one.department, one.source)}
    context = {"page": page, "names": disputed.names_of(codes), "state": word}
    return render(request, "office/disputes.html", context | doors(request))


def _rows(pages: Iterable[Sequence[Dispute]]) -> Iterator[tuple[object, ...]]:
    words = {
        "open": gettext("协调中"),
        "upheld": gettext("予以支持"),
        "rejected": gettext("不予支持"),
        "settled": gettext("已协商解决"),
    }
    for page in pages:
        names = disputed.names_of({code for one in page for code in (one.department, one.source)})
        for one in page:
            asker = said(names.get(one.department)) if one.department else gettext("本人")
            yield one.number, one.subject, asker, said(names.get(one.source)), words[one.state], day(one.due_on)


@allow(*roles.ASKERS)
@never_cache
def new(request: HttpRequest) -> HttpResponseBase:
    """Bring a refusal of one's own department before the data bureau."""
    word, subject = lists.word(request, "about"), lists.word(request, "subject")
    if word not in set(About):
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = exchange.raise_dispute(
                about=About(word),
                subject=subject,
                reason=request.POST.get("reason", ""),
                acting=actor_of(request),
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("已经提请数据主管部门协调，二十个工作日内裁决。"))
            return redirect("office:dispute", number=made.number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    context = {"about": word, "subject": subject, "errors": errors, "sent": request.POST}
    return render(request, "office/dispute_new.html", context | doors(request), status=422 if errors else 200)


@allow(*roles.DATA)
@never_cache
def dispute(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one dispute to its sides and the bureau; decide it."""
    actor, found = actor_of(request), exchange.dispute(number)
    if not disputed.sees(actor, found.department, found.source, found.bureau):
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _decide(request, number, actor)
            messages.success(request, gettext("裁决已记录，双方会收到通知。"))
            return redirect("office:dispute", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    context = {
        "one": found,
        "names": disputed.names_of({found.department, found.source, found.bureau}),
        "reason": exchange.dispute_reason(number),
        "may_decide": may_decide(actor, found),
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "office/dispute.html", context | doors(request), status=422 if errors else 200)


def _decide(request: HttpRequest, number: str, actor: Actor) -> None:
    sent = disputed.sent(request, "verdict", "opinion", "basis")
    if sent["verdict"] not in set(DisputeState) - {DisputeState.OPEN}:
        raise Invalid(fields={"verdict": "请选择裁决结果。"})
    exchange.decide_dispute(
        number=number,
        verdict=DisputeState(sent["verdict"]),
        opinion=sent["opinion"],
        basis=sent["basis"],
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )


def may_decide(actor: Actor, found: Dispute) -> bool:
    """Whether the form is offered: to the bureau's own who stand on neither side."""
    sides = {found.department, found.source} - {""}
    mine = {grant.department for grant in actor.roles}
    return (
        found.state is DisputeState.OPEN
        and identity.has_role(actor, Role.DATA_BUREAU, department=found.bureau)
        and actor.account != found.raised_by
        and not sides & mine
    )
