"""Guardians of children: an officer looks at the papers and records them, a second one confirms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.relations import Papers, Relation, RelationKind, RelationState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Field, errors_of
from shudao.faces.design.templatetags.design import day, moment
from shudao.faces.window.staff import division_of
from shudao.faces.window.views.work import page_number
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import FileKindRefused, FileTooLarge, StoredFile
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Invalid, NotFound, fill
from shudao.kernel.time import local_date, now

_MOST = 10_000


@allow(Role.CLERK)
@never_cache
def guardians(request: HttpRequest) -> HttpResponseBase:
    """List the guardians that were recorded at this window."""
    mine = [division_of(actor_of(request)).code]
    state, sort = (request.GET.get(name, "").strip()[:20] for name in ("state", "sort"))
    if request.GET.get("format") == "csv":
        names = ("编号", "未成年人", "证明材料", "状态", "登记时间", "有效至")
        return csv_response(gettext("监护关系"), [gettext(one) for one in names], _rows(mine, state, sort))
    page = exchange.guardians(divisions=mine, state=state, sort=sort, now=now(), page=page_number(request))
    today = local_date(now())
    shown = [(one, one.stands(today)) for one in page.items]
    context = {"page": page, "shown": shown, "state": state, "states": [("", gettext("全部")), *_states().items()]}
    return render(request, "window/guardians.html", context)


def _states() -> dict[str, str]:
    return {
        "proposed": gettext("待复核"),
        "standing": gettext("有效"),
        "over": gettext("已到期"),
        "refused": gettext("未予登记"),
        "ended": gettext("已结束"),
    }


def _rows(mine: list[str], state: str, sort: str) -> Iterator[tuple[object, ...]]:
    words, today, number = _states(), local_date(now()), 1
    while (number - 1) * 200 < _MOST:
        page = exchange.guardians(divisions=mine, state=state, sort=sort, now=now(), page=number, size=200)
        for one in page.items:
            over = one.state is RelationState.STANDING and not one.stands(today)
            told = words["over" if over else one.state.value]
            yield one.number, one.name, one.basis, told, moment(one.recorded_at), day(one.valid_to)
        if number >= page.pages:
            return
        number += 1


@allow(Role.CLERK)
@never_cache
def new(request: HttpRequest) -> HttpResponseBase:
    """Record a guardian whose papers lie on the desk."""
    actor, errors = actor_of(request), {}
    if request.method == "POST":
        try:
            made = _propose(request, actor)
            messages.success(request, gettext("已经登记，等待本窗口另一名工作人员复核。"))
            return redirect("window:guardian", number=made.number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    entries = _entries(request, errors)
    context = {"entries": entries, "faults": errors_of(entries)}
    return render(request, "window/guardian_new.html", context, status=422 if errors else 200)


def _propose(request: HttpRequest, actor: Actor) -> Relation:
    sent = {name: request.POST.get(name, "").strip() for name in ("guardian", "child", "name", "basis")}
    until = [request.POST.get(f"valid_to-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        last = date(*map(int, until))
    except ValueError:
        raise Invalid(fields={"valid_to": "请填写有效期，例如 2027 6 1。"}) from None
    papers = Papers(sent["guardian"], sent["child"], sent["name"], sent["basis"], last)
    return exchange.propose_guardian(
        papers=papers,
        evidence=_evidence(request, actor),
        division=division_of(actor).code,
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )


def _evidence(request: HttpRequest, actor: Actor) -> StoredFile:
    file = request.FILES.get("evidence")
    if file is None:
        raise Invalid(fields={"evidence": "请上传证明材料的扫描件。"})
    try:
        return files.store(file, name=file.name or "", kinds=("pdf", "png", "jpeg"), acting=actor, now=now())
    except (FileTooLarge, FileKindRefused) as error:
        told = " ".join(fill(gettext(part), error.details) for part in (error.says, error.advice))
        raise Invalid(fields={"evidence": told}) from error


def _entries(request: HttpRequest, errors: dict[str, str]) -> list[Field]:
    hints = {
        "guardian": gettext("监护人须已在平台注册。"),
        "child": gettext("提交后不再完整显示。"),
        "basis": gettext("例如：出生医学证明、户口簿、指定监护的文书。"),
        "valid_to": gettext("最长一年，不超过年满十八周岁的前一天。"),
        "evidence": gettext("PDF、PNG 或 JPG，不超过 20 MB"),
    }

    def entry(name: str, label: str, kind: str = "text", **more: object) -> Field:
        value: object = request.POST.get(name, "")
        if kind == "date":
            value = tuple(request.POST.get(f"{name}-{part}", "") for part in ("year", "month", "day"))
        # What `more` holds is the form's own: a few names of Field's entries with values of their types.
        return Field(name, label, kind, value, hints.get(name, ""), errors.get(name, ""), autocomplete="off", **more)  # type: ignore[arg-type]

    return [
        entry("guardian", gettext("监护人的身份证号码"), maxlength=18, width="20"),
        entry("child", gettext("未成年人的身份证号码"), maxlength=18, width="20"),
        entry("name", gettext("未成年人的姓名"), maxlength=60, width="20"),
        entry("basis", gettext("核对了什么证明材料"), maxlength=200),
        entry("valid_to", gettext("有效期至"), "date"),
        entry("evidence", gettext("证明材料"), "file", accept=".pdf,.png,.jpg,.jpeg"),
    ]


@allow(Role.CLERK)
@never_cache
def guardian(request: HttpRequest, number: str) -> HttpResponseBase:
    """Look at the papers once more; confirm, refuse, or end."""
    actor, found, errors = actor_of(request), _visible(request, number), {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request, number, actor))
            return redirect("window:guardian", number=number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    context = {
        "one": found,
        "stands": found.stands(local_date(now())),
        "papers": exchange.look_at_papers(number=number, acting=actor, now=now()),
        "window": regions.get(found.division),
        "decides": found.state is RelationState.PROPOSED and found.recorded_by != actor.account,
        "own": found.recorded_by == actor.account,
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "window/guardian.html", context, status=422 if errors else 200)


def _visible(request: HttpRequest, number: str) -> Relation:
    """Another window's looks like an absent one."""
    found = exchange.relation(number)
    if found.kind is not RelationKind.CHILD or found.division != division_of(actor_of(request)).code:
        raise NotFound
    return found


def _act(request: HttpRequest, number: str, actor: Actor) -> str:
    """Do what the form says; neither yes nor no is taken for a refusal."""
    act, key, at = request.POST.get("act", ""), request.POST.get("key", ""), now()
    why = request.POST.get("why", "")
    if act == "end":
        reason = request.POST.get("reason", "")
        exchange.end_relation(number=number, reason=reason, acting=actor, now=at, key=key)
        return gettext("监护关系登记已经结束。")
    if act not in ("confirm", "refuse"):
        raise Invalid(fields={"act": "请选择予以登记或不予登记。"})
    exchange.decide_guardian(number=number, confirm=act == "confirm", why=why, acting=actor, now=at, key=key)
    return gettext("复核结果已经记录，监护人会收到通知。")


@allow(Role.CLERK)
@never_cache
def papers(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give the scanned papers to a clerk of the window; the trail says who looked."""
    found = _visible(request, number)
    exchange.look_at_papers(number=number, acting=actor_of(request), now=now())
    answer = HttpResponse(files.read(found.evidence), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.evidence_name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
