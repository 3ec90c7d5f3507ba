"""Requests for data: read by those concerned, decided by the source department, taken back by who asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import ShareType
from shudao.contexts.exchange.contracts.rights import OPEN_STATES, RequestsLooked, RequestState, ShareRequest
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, request_forms, rights_forms, rights_words, roles
from shudao.faces.office.disputed import names_of
from shudao.faces.office.named import named
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date, now

_ASKING = (Role.DATA_OFFICER, Role.INTEGRATOR)


@allow(*roles.DATA)
def requests(request: HttpRequest) -> HttpResponseBase:
    """List the requests that this person's departments asked or have to answer; the data bureau sees all."""
    looked, today = _looked(request), local_date(now())

    def read(number: int, size: int) -> Page[ShareRequest]:
        return exchange.find_requests(looked, page=number, size=size, today=today)

    if request.GET.get("format") == "csv":
        names = ("编号", "数据资源", "使用部门", "业务系统", "状态", "最迟答复日", "逾期")
        return csv_response(gettext("共享申请"), [gettext(one) for one in names], _rows(disputed.pages(read), today))
    page = read(lists.number(request), lists.SIZE)
    context = {
        "page": page,
        "shown": [(one, one.one.overdue(today)) for one in named(page.items)],
        "state": lists.word(request, "state"),
        "states": [("", gettext("全部")), *_states().items()],
    }
    return render(request, "office/requests.html", context | doors(request))


def _states() -> dict[str, str]:
    return {
        "pending": gettext("待审批"),
        "proposed": gettext("待第二人确认"),
        "overdue": gettext("逾期未答复"),
        "granted": gettext("已授权"),
        "refused": gettext("未同意"),
        "withdrawn": gettext("已撤回"),
    }


def _looked(request: HttpRequest) -> RequestsLooked:
    """What the address asks for, as far as it concerns who asks."""
    actor, state = actor_of(request), lists.word(request, "state")
    everything = roles.holds(actor, (Role.DATA_BUREAU,))
    return RequestsLooked(
        departments=None if everything else tuple(roles.departments_of(actor, roles.DATA)),
        resource=lists.word(request, "resource"),
        state=RequestState(state) if state in set(RequestState) else None,
        overdue=state == "overdue",
        sort=lists.word(request, "sort"),
    )


def _rows(pages: Iterable[Sequence[ShareRequest]], today: date) -> Iterator[tuple[object, ...]]:
    for one in (one for found in pages for one in named(found)):
        asked: ShareRequest = one.one
        late = gettext("是") if asked.overdue(today) else ""
        state = rights_words.request_state(asked)
        yield asked.number, said(one.resource), said(one.department), said(one.system), state, day(asked.due_on), late


@allow(*roles.DATA)
def request(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one request; decide it, put the reply off, take it back."""
    actor = actor_of(request)
    asked = exchange.request(number)
    if not concerns(actor, asked):
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, request_forms.act(request, asked, actor))
            return redirect("office:request", number=number)
        except Invalid as refused:
            errors = {name: gettext(sentence) for name, sentence in refused.fields.items()}
    context = _context(request, asked, actor, errors)
    return render(request, "office/request.html", context | doors(request), status=422 if errors else 200)


def concerns(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the actor's departments asked or answer; the data bureau is concerned by all."""
    if roles.holds(actor, (Role.DATA_BUREAU,)):
        return True
    return bool({asked.department, asked.provider} & set(roles.departments_of(actor, roles.DATA)))


def _context(request: HttpRequest, asked: ShareRequest, actor: Actor, errors: dict[str, str]) -> dict[str, object]:
    today, act = local_date(now()), request.POST.get("act", "decide")
    resource = exchange.resource(asked.resource)
    decides = may_decide(actor, asked)
    parts = request_forms.parts(asked, resource, request, errors) if decides and asked.state == "pending" else []
    return {
        "asked": asked,
        "named": named([asked])[0],
        "names": names_of({asked.department, asked.provider}),
        "lines": rights_words.compared(asked, asked.given),
        "state": rights_words.request_state(asked),
        "overdue": asked.overdue(today),
        "may_decide": decides,
        "may_extend": decides_for(actor, asked)
        and resource.share_type is ShareType.CONDITIONAL
        and not asked.extended_why
        and today <= asked.due_on,
        "may_withdraw": asked.state in OPEN_STATES and asks_for(actor, asked),
        "may_dispute": asked.state is RequestState.REFUSED and asks_for(actor, asked),
        "parts": parts,
        "errors": errors,
        "act": act if errors else "",
        "faults": rights_forms.faults(parts, errors),
        "sent": request.POST,
    }


def decides_for(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the actor is one of the source's data officers, and the request is open."""
    return asked.state in OPEN_STATES and identity.has_role(actor, Role.DATA_OFFICER, department=asked.provider)


def may_decide(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the form is offered: to the source department's data officers, never to who asked or proposed."""
    return actor.account not in (asked.requested_by, asked.proposed_by) and decides_for(actor, asked)


def asks_for(actor: Actor, asked: ShareRequest) -> bool:
    """Whether the actor acts for the asking department."""
    return any(identity.has_role(actor, role, department=asked.department) for role in _ASKING)
