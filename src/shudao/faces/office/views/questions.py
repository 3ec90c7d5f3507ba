"""What people ask about uses of their data: answered by the calling department."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import Question
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day
from shudao.faces.office import disputed, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now

_ANSWERED = {"open": False, "answered": True}


@allow(*roles.ASKERS)
@never_cache
def questions(request: HttpRequest) -> HttpResponseBase:
    """List the questions to the member of staff's own departments: they are personal, the bureau sees no others'."""
    word = lists.word(request, "state")
    mine = roles.departments_of(actor_of(request), roles.ASKERS)

    def read(number: int, size: int) -> disputed.Page[Question]:
        return exchange.questions(departments=mine, answered=_ANSWERED.get(word), page=number, size=size)

    if request.GET.get("format") == "csv":
        # What people wrote stays out of files that go from hand to hand.
        names = [gettext(one) for one in ("编号", "台账编号", "数据资源", "提出时间", "最迟答复日", "答复时间")]
        rows = (
            (one.number, one.entry, one.resource, day(one.asked_at), day(one.due_on), day(one.answered_at))
            for page in disputed.pages(read)
            for one in page
        )
        return csv_response(gettext("数据使用询问"), names, rows)
    page = read(lists.number(request), lists.SIZE)
    resources = exchange.find_resources(sorted({one.resource for one in page.items}))
    context = {"page": page, "resources": resources, "state": word}
    return render(request, "office/questions.html", context | doors(request))


@allow(*roles.ASKERS)
@never_cache
def question(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one question; answer it."""
    actor, found = actor_of(request), exchange.question(number)
    if found.department not in roles.departments_of(actor, roles.ASKERS):
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            exchange.answer_about_use(
                number=number,
                text=request.POST.get("answer", ""),
                acting=actor,
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("答复已送达提问人。"))
            return redirect("office:question", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    resource = exchange.find_resources([found.resource]).get(found.resource)
    call = next((one for one in exchange.uses_of(found.person, now=now()) if one.line.entry == found.entry), None)
    context = {"one": found, "resource": resource, "call": call, "errors": errors, "sent": request.POST}
    return render(request, "office/question.html", context | doors(request), status=422 if errors else 200)
