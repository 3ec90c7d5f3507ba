"""Wishes for data that nobody catalogued: made by who needs it, answered by who probably has it, met by an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.wishes import UNMET, Wanting, Wish, WishAnswer, WishState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Choice, Field, errors_of
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, roles
from shudao.faces.office.rights_forms import matter_names
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

_ASKING = (Role.DATA_OFFICER, Role.INTEGRATOR)


@allow(*roles.DATA)
def wishes(request: HttpRequest) -> HttpResponseBase:
    """List what the member of staff's departments wished for or have to answer; the data bureau sees all."""
    state, text, sort = (lists.word(request, name) for name in ("state", "text", "sort"))
    sides, at = disputed.sides_of(actor_of(request)), now()

    def read(number: int, size: int) -> disputed.Page[Wish]:
        return exchange.wishes(departments=sides, state=state, text=text, sort=sort, now=at, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = ("编号", "需要的数据", "提出部门", "应办部门", "状态", "等待的事项", "最迟办理日", "数据资源")
        return csv_response(gettext("数据需求"), [gettext(one) for one in names], _rows(disputed.pages(read)))
    page, today = read(lists.number(request), lists.SIZE), local_date(at)
    context = {
        "page": page,
        "shown": [(one, one.overdue(today)) for one in page.items],
        "names": _names(page.items),
        "state": state,
        "states": [("", gettext("全部")), *states().items()],
        "text": text,
        "may_wish": bool(_mine(actor_of(request))),
    }
    return render(request, "office/wishes.html", context | doors(request))


def states() -> dict[str, str]:
    """What the states are called, in the reader's language."""
    return {
        "open": gettext("待答复"),
        "accepted": gettext("待编目"),
        "overdue": gettext("逾期"),
        "met": gettext("已满足"),
        "refused": gettext("未同意"),
        "withdrawn": gettext("已撤回"),
    }


def _names(found: Iterable[Wish]) -> dict[str, Text]:
    return disputed.names_of({code for one in found for code in (one.wanting.department, one.owner)})


def _rows(pages: Iterable[Sequence[Wish]]) -> Iterator[tuple[object, ...]]:
    words = states()
    for page in pages:
        names = _names(page)
        for one in page:
            yield (
                one.number,
                one.wanting.name,
                said(names.get(one.wanting.department)),
                said(names.get(one.owner)),
                words[one.state.value],
                gettext("、").join(one.wanting.matters),
                day(one.due_on),
                one.resource,
            )


def _mine(actor: Actor) -> list[str]:
    return roles.departments_of(actor, _ASKING)


@allow(*roles.ASKERS)
def new(request: HttpRequest) -> HttpResponseBase:
    """Say what is needed."""
    actor, errors = actor_of(request), {}
    if request.method == "POST":
        try:
            made = exchange.wish_for(
                wanting=_wanting(request), acting=actor, now=now(), key=request.POST.get("key", "")
            )
            messages.success(request, gettext("数据需求已经送达，十个工作日内答复。"))
            return redirect("office:wish", number=made.number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    entries = _entries(request, _mine(actor), errors)
    context = {"entries": entries, "faults": errors_of(entries), "mine": _mine(actor)}
    return render(request, "office/wish_new.html", context | doors(request), status=422 if errors else 200)


def _wanting(request: HttpRequest) -> Wanting:
    sent = disputed.sent(request, "department", "name", "fields", "provider", "matters", "why", "basis")
    if not sent["department"]:
        raise Invalid(fields={"department": "请选择一个部门。"})
    fields, matters = (
        tuple(dict.fromkeys(line.strip() for line in sent[name].splitlines() if line.strip()))
        for name in ("fields", "matters")
    )
    return Wanting(sent["department"], sent["name"], fields, sent["provider"], matters, sent["why"], sent["basis"])


def _entries(request: HttpRequest, mine: list[str], errors: dict[str, str]) -> list[Field]:
    own = disputed.names_of(set(mine))
    others = [one for one in identity.departments(level=1) if one.code not in mine]
    hints = {
        "fields": gettext("每行一项，例如：死亡日期。"),
        "provider": gettext("不清楚时选“不清楚”，由数据主管部门答复或转办。"),
        "matters": gettext("每行一个 12 位基本目录编码。"),
        "why": gettext("在办理什么事项的哪个环节使用，现在怎么办。"),
        "basis": gettext("法律、法规或规章的名称和条款。"),
    }

    def entry(name: str, label: str, kind: str = "text", **more: object) -> Field:
        value = request.POST.get(name, request.GET.get(name, ""))
        # What `more` holds is the form's own: a few names of Field's entries with values of their types.
        return Field(name, label, kind, value, hints.get(name, ""), errors.get(name, ""), **more)  # type: ignore[arg-type]

    unknown, asking = Choice("", gettext("不清楚")), tuple(Choice(code, said(own.get(code))) for code in mine)
    return [
        entry("department", gettext("提出部门"), "select", choices=asking),
        entry("name", gettext("需要什么数据"), maxlength=120),
        entry("fields", gettext("需要哪些信息项"), "textarea", maxlength=2500),
        entry("provider", gettext("可能的数源部门"), "select", required=False,
              choices=(unknown, *(Choice(one.code, said(one.name)) for one in others))),
        entry("matters", gettext("哪些事项在等待"), "textarea", required=False, maxlength=600),
        entry("why", gettext("用在哪里"), "textarea", maxlength=500),
        entry("basis", gettext("申请的依据"), "textarea", maxlength=500),
    ]  # fmt: skip


@allow(*roles.DATA)
def wish(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one wish; answer it, name its entry, take it back."""
    actor, found, errors = actor_of(request), exchange.wish(number), {}
    if not disputed.sees(actor, found.wanting.department, found.owner, *(hop.sender for hop in found.path)):
        raise NotFound
    if request.method == "POST":
        try:
            messages.success(request, _act(request, number, actor))
            return redirect("office:wish", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    context = _context(found, actor) | {"errors": errors, "sent": request.POST}
    return render(request, "office/wish.html", context | doors(request), status=422 if errors else 200)


def _act(request: HttpRequest, number: str, actor: Actor) -> str:
    """Do what the form says; neither yes nor no is taken for a refusal."""
    sent = disputed.sent(request, "act", "verdict", "opinion", "basis", "to", "resource", "reason", "key")
    key, at = sent["key"], now()
    if sent["act"] == "withdraw":
        exchange.withdraw_wish(number=number, reason=sent["reason"], acting=actor, now=at, key=key)
        return gettext("需求已撤回。")
    if sent["act"] == "link":
        done = exchange.link_wish(number=number, resource=sent["resource"], acting=actor, now=at, key=key)
        met = done.state is WishState.MET
        return gettext("需求已满足，提出部门会收到通知。") if met else gettext("已关联；数据可以查询时，需求自动办结。")
    if sent["verdict"] not in set(WishAnswer):
        raise Invalid(fields={"verdict": "请选择答复结果。"})
    exchange.answer_wish(
        number=number,
        verdict=WishAnswer(sent["verdict"]),
        opinion=sent["opinion"],
        basis=sent["basis"],
        to=sent["to"],
        acting=actor,
        now=at,
        key=key,
    )
    return gettext("答复已记录，提出方会收到通知。")


def _context(found: Wish, actor: Actor) -> dict[str, object]:
    asker = found.wanting.department
    answers = _answers(found, actor)
    others = identity.departments(level=1) if answers and found.state is WishState.OPEN else []
    entries = exchange.resources() if answers and found.state is WishState.ACCEPTED else []
    codes = {asker, found.owner, found.wanting.provider, *(hop.sender for hop in found.path)}
    return {
        "one": found,
        "names": disputed.names_of(codes),
        "overdue": found.overdue(local_date(now())),
        "matters": list(matter_names(found.wanting.matters).items()),
        "entry": exchange.find_resources([found.resource]).get(found.resource),
        "may_answer": answers and found.state is WishState.OPEN,
        "may_link": answers and found.state is WishState.ACCEPTED,
        "may_withdraw": found.state in UNMET and asker in _mine(actor),
        "departments": [("", "—"), *((one.code, one.name) for one in others if one.code not in (found.owner, asker))],
        "entries": [("", "—"), *((one.code, one.name) for one in entries if one.provider == found.owner)],
    }


def _answers(found: Wish, actor: Actor) -> bool:
    """Whether the form is offered; the room decides."""
    if actor.account == found.wished_by or found.wanting.department in roles.departments_of(actor, tuple(Role)):
        return False
    return found.owner in roles.departments_of(actor, roles.DECIDERS)
