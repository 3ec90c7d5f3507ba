"""Who used the data about the person signed in: what the exchange's ledger holds of them, and asking about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import DataUse, Tone
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.paging import page_number
from shudao.faces.design.templatetags.design import moment, said
from shudao.faces.portal import applicant, uses
from shudao.faces.portal.uses import Use
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time
from shudao.kernel.errors import Invalid
from shudao.kernel.paging import Page, bounds

SIZE = 20
LONGEST = 1000


@allow(applicant=True)
@never_cache
def data_use(request: HttpRequest) -> HttpResponseBase:
    actor, now = applicant.applicant_of(request), time.now()
    every = exchange.uses_of(actor.person, now=now)
    department, period = (request.GET.get(name, "")[:18] for name in ("department", "period"))
    found = chosen(every, department, period)
    if request.GET.get("format") == "csv":
        return csv_response(gettext("谁用过我的数据"), header(), rows(uses.told(found, actor)))
    number = page_number(request)
    start, stop = bounds(number, SIZE)
    context = {
        "found": Page(tuple(found[start:stop]), number, SIZE, len(found)),
        "lines": uses.told(found[start:stop], actor),
        "filters": uses.filters(every, department, period),
        "filtered": bool(department or period),
    }
    return render(request, "portal/data_use.html", context)


def chosen(every: list[DataUse], department: str, period: str) -> list[DataUse]:
    """What the filters leave."""
    first = uses.since(period, now=time.now())
    return [
        one
        for one in every
        if (not department or one.department == department) and (first is None or time.local_date(one.line.at) >= first)
    ]


def header() -> list[str]:
    """The columns of the exported list."""
    names = ("时间", "部门", "业务系统", "数据资源", "信息项", "方式", "用途", "办件", "台账编号")
    return [gettext(name) for name in names]


def rows(lines: Iterable[Use]) -> Iterator[tuple[object, ...]]:
    """The exported list's rows."""
    for one in lines:
        yield (
            moment(one.at),
            said(one.who),
            said(one.system),
            said(one.resource),
            gettext("、").join(said(name) for name in one.fields),
            gettext("只核对，不读取") if one.verified else gettext("读取"),
            said(one.purpose),
            one.case or (gettext("他人的办件") if one.foreign else ""),
            one.entry,
        )


@allow(applicant=True)
@never_cache
def one_use(request: HttpRequest, number: str) -> HttpResponse:
    """Show one use; ask about it or object to it."""
    actor = applicant.applicant_of(request)
    used = exchange.use_of(actor.person, number, now=time.now())
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _ask(request, actor, number)
            messages.success(request, gettext("已经送交调用部门，十个工作日内答复。"))
            return redirect("portal:one_use", number=number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    fields = _fields(request, used, errors)
    context = {
        "line": uses.told([used], actor)[0],
        "fields": fields,
        "faults": [one for one in fields if one.error],
    }
    return render(request, "portal/one_use.html", context, status=422 if errors else 200)


def _ask(request: HttpRequest, actor: Actor, entry: str) -> None:
    tone = request.POST.get("tone", "")
    if tone not in set(Tone):
        raise Invalid(fields={"tone": "请选择询问或反对。"})
    exchange.ask_about_use(
        entry=entry,
        tone=Tone(tone),
        text=request.POST.get("text", ""),
        acting=actor,
        now=time.now(),
        key=request.POST.get("key", ""),
    )


def _fields(request: HttpRequest, used: DataUse, errors: dict[str, str]) -> list[Field]:
    """The form's entries: what has not been said yet; none where both were, or the caller is not known any more."""
    asked = {one.tone for one in used.questions}
    names = {Tone.QUESTION: gettext("询问：为什么查询我的数据"), Tone.OBJECTION: gettext("反对：我认为不应当查询")}
    choices = tuple(Choice(tone.value, name) for tone, name in names.items() if tone not in asked)
    if not choices or not used.department:
        return []
    return [
        Field(
            "tone",
            gettext("您想说什么？"),
            "radios",
            request.POST.get("tone", ""),
            choices=choices,
            error=errors.get("tone", ""),
        ),
        Field(
            "text",
            gettext("说明"),
            "textarea",
            request.POST.get("text", ""),
            hint=gettext("加密保存，只给调用部门看。"),
            error=errors.get("text", ""),
            maxlength=LONGEST,
        ),
    ]
