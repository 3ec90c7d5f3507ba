"""The form that amends or repeals an article, and what is done with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Article, LawChangeKind, WantedChange
from shudao.faces.design.fields import Choice, Field
from shudao.faces.office import law_words
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import now


def act(request: HttpRequest, article: Article, actor: Actor) -> str:
    """Do what the form says; return what to tell. Raises Invalid with what is wrong by entry."""
    what, key = request.POST.get("act", ""), request.POST.get("key", "")
    number = request.POST.get("number", "")
    if what == "propose":
        matters.propose_law_change(wanted=wanted(request, article), acting=actor, now=now(), key=key)
        return gettext("变更已登记，请另一位法规管理人员复核。")
    if number and matters.law_change(number).article != article.code:
        raise NotFound
    if what == "confirm":
        matters.confirm_law_change(number=number, acting=actor, now=now(), key=key)
        return gettext("已复核；引用这一条文的事项，其主管部门已收到修订任务。")
    if what == "refuse":
        reason = request.POST.get("reason", "")
        matters.refuse_law_change(number=number, reason=reason, acting=actor, now=now(), key=key)
        return gettext("已退回，条文没有变化。")
    raise NotFound


def wanted(request: HttpRequest, article: Article) -> WantedChange:
    """The change that was typed. Raises Invalid where its kind or day cannot be read."""
    typed = {name: request.POST.get(name, "").strip() for name in _NAMES}
    problems = {}
    if typed["kind"] not in set(LawChangeKind):
        problems["kind"] = "请选择修改或者废止。"
    day = typed_day(request, "effective_on")
    if day is None:
        problems["effective_on"] = "请填写生效日期。"
    if problems or day is None:
        raise Invalid(fields=problems)
    amends = typed["kind"] == LawChangeKind.AMEND
    return WantedChange(
        article=article.code,
        kind=LawChangeKind(typed["kind"]),
        act=typed["act_name"],
        effective_on=day,
        reason=typed["reason"],
        title=Text(typed["title"], typed["title_en"]) if amends else Text(""),
        says=Text(typed["says"], typed["says_en"]) if amends else Text(""),
    )


def typed_day(request: HttpRequest, name: str) -> date | None:
    """The day typed in three boxes; None where it is none."""
    parts = [request.POST.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return date(*map(int, parts))
    except (ValueError, OverflowError):
        return None


def day_value(request: HttpRequest, name: str, otherwise: date | None) -> tuple[str, str, str]:
    """What the three boxes of a day show: what was typed, else `otherwise`."""
    if request.method == "POST":
        year, month, day = (request.POST.get(f"{name}-{part}", "")[:4] for part in ("year", "month", "day"))
        return year, month, day
    return (str(otherwise.year), str(otherwise.month), str(otherwise.day)) if otherwise else ("", "", "")


_NAMES = ("kind", "act_name", "reason", "title", "title_en", "says", "says_en")


def entries(request: HttpRequest, one: Article, errors: dict[str, str], today: date) -> list[Field]:
    """The entries of the form, an amendment beginning with the words of today."""
    sent = request.POST if request.POST.get("act") == "propose" else {}

    def value(name: str, otherwise: str = "") -> str:
        return str(sent.get(name, otherwise))[:2000]

    kinds = tuple(Choice(code, word) for code, word in law_words.change_kinds().items())
    half = gettext("废止时不填")
    made = [
        Field("kind", gettext("变更种类"), "radios", value("kind"), choices=kinds),
        Field("act_name", gettext("作出变更的文件（名称、文号）"), value=value("act_name"), maxlength=200),
        Field("effective_on", gettext("生效日期"), "date", day_value(request, "effective_on", today)),
        Field("reason", gettext("说明"), "textarea", value("reason"), maxlength=500),
        Field("title", gettext("修改后的条标"), value=value("title", one.title.zh), hint=half, required=False),
        Field("title_en", gettext("修改后的条标（英文）"), value=value("title_en", one.title.en), required=False),
        Field("says", gettext("修改后的内容"), "textarea", value("says", one.says.zh), hint=half, required=False),
        Field("says_en", gettext("修改后的内容（英文）"), "textarea", value("says_en", one.says.en), required=False),
    ]
    return [one if not errors.get(one.name) else replace(one, error=errors[one.name]) for one in made]
