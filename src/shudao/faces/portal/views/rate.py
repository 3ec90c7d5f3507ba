"""Rating a finished case: by its applicant signed in, or by whoever has its secret."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseRow
from shudao.contexts.participation import api as participation
from shudao.contexts.participation.contracts import COMMENT_LIMIT, LEVELS
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.kernel import time


@allow(public=True)
@never_cache
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """The page that shows progress without signing in posts the secret here: then the form comes first."""
    secret = request.POST.get("secret", "").strip().upper()
    row = cases.rateable(number, acting=actor_of(request), secret=secret, now=time.now())
    given = participation.rating_of(number)
    if given is not None:
        return render(request, "portal/rated.html", {"row": row, "rating": given, "level": LEVELS[given.level]})
    if request.method != "POST" or "key" not in request.POST:
        return _form(request, row, secret)
    level = request.POST.get("level", "")
    if level not in {str(one) for one in LEVELS}:
        return _form(request, row, secret, error=gettext("请选择总体满意度。"))
    rating = participation.rate(
        case=number,
        level=int(level),
        dimensions=_dimensions(request, row),
        comment=request.POST.get("comment", ""),
        acting=actor_of(request),
        secret=secret,
        now=time.now(),
        key=request.POST.get("key", ""),
    )
    context = {"row": row, "rating": rating, "level": LEVELS[rating.level], "fresh": True}
    return render(request, "portal/rated.html", context)


def _dimensions(request: HttpRequest, row: CaseRow) -> dict[str, int]:
    names = participation.dimensions(row.channel)
    sent = {name: request.POST.get(name, "") for name in names}
    return {name: int(level) for name, level in sent.items() if level in {str(one) for one in LEVELS}}


def _form(request: HttpRequest, row: CaseRow, secret: str, error: str = "") -> HttpResponse:
    levels = tuple(Choice(str(level), said(name)) for level, name in LEVELS.items())
    unsaid = (Choice("", gettext("不评价")), *levels)
    names = participation.dimensions(row.channel)
    fields = [
        Field(
            "level",
            gettext("您对这次办事总体满意吗？"),
            "radios",
            request.POST.get("level", ""),
            choices=levels,
            error=error,
        ),
        *(
            Field(name, said(label), "select", request.POST.get(name, ""), choices=unsaid, required=False)
            for name, label in names.items()
            if name != "overall"
        ),
        Field(
            "comment",
            gettext("还想说什么"),
            "textarea",
            request.POST.get("comment", ""),
            hint=gettext("最多 {limit} 字。请不要写身份证号码、电话等个人信息。").format(limit=COMMENT_LIMIT),
            maxlength=COMMENT_LIMIT,
            required=False,
        ),
    ]
    context = {"row": row, "secret": secret, "fields": fields, "faults": [one for one in fields if one.error]}
    return render(request, "portal/rate.html", context, status=422 if error else 200)
