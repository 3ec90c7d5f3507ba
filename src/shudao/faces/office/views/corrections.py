"""Fields said to be wrong (异议核实): reported by who received them, answered by the source department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import About, Claim, Correction, CorrectionState, Verdict
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Choice, Field, errors_of
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import FileKindRefused, FileTooLarge, StoredFile
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound, fill
from shudao.kernel.time import now


@allow(*roles.DATA)
@never_cache
def corrections(request: HttpRequest) -> HttpResponseBase:
    """List what the member of staff's departments reported or have to answer; the data bureau sees all."""
    word = lists.word(request, "state")
    state = CorrectionState(word) if word in set(CorrectionState) else None
    sides = disputed.sides_of(actor_of(request))

    def read(number: int, size: int) -> disputed.Page[Correction]:
        return exchange.corrections(departments=sides, state=state, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = ("编号", "数据资源", "信息项", "提出方", "数源部门", "状态", "最迟答复日", "数据版本")
        return csv_response(gettext("异议核实"), [gettext(one) for one in names], _rows(disputed.pages(read)))
    page = read(lists.number(request), lists.SIZE)
    mine = roles.departments_of(actor_of(request), roles.ASKERS)
    reportable = [(one.code, one.name) for one in exchange.resources() if mine and {one.provider} != set(mine)]
    context = {"page": page, "shown": disputed.named(page.items), "state": word, "reportable": reportable}
    return render(request, "office/corrections.html", context | doors(request))


def _rows(pages: Iterable[Sequence[Correction]]) -> Iterator[tuple[object, ...]]:
    states = {"open": gettext("核实中"), "corrected": gettext("已更正"), "refused": gettext("不予更正")}
    for shown in (shown for page in pages for shown in disputed.named(page)):
        yield (
            shown.one.number,
            said(shown.resource),
            said(shown.field),
            said(shown.reporter) if shown.reporter else _citizen(shown.one),
            said(shown.source),
            states[shown.one.state],
            day(shown.one.due_on),
            shown.one.snapshot or "",
        )


def _citizen(one: Correction) -> str:
    return gettext("法定代表人或监护人") if one.on_behalf else gettext("本人")


@allow(*roles.DATA)
@never_cache
def new(request: HttpRequest) -> HttpResponseBase:
    """Report a field that a department received."""
    actor = actor_of(request)
    resource = exchange.resource(lists.word(request, "resource"))
    mine = [one for one in roles.departments_of(actor, roles.ASKERS) if one != resource.provider]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _report(request, resource, actor)
            messages.success(request, gettext("异议已经送交数源部门，十个工作日内答复。"))
            return redirect("office:correction", number=made.number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    entries = _entries(request, resource, mine, errors)
    context = {"resource": resource, "entries": entries, "faults": errors_of(entries), "mine": mine}
    return render(request, "office/correction_new.html", context | doors(request), status=422 if errors else 200)


def _report(request: HttpRequest, resource: Resource, actor: Actor) -> Correction:
    sent = disputed.sent(request, "department", "field", "identifier", "wrong", "right", "why", "since")
    since = None
    if sent["since"]:
        try:
            since = date.fromisoformat(sent["since"])
        except ValueError:
            raise Invalid(fields={"since": "日期应写成 2026-11-24 的样子。"}) from None
    if not sent["department"]:
        raise Invalid(fields={"department": "请选择一个部门。"})
    return exchange.report_correction(
        resource=resource.code,
        field=sent["field"],
        claim=Claim(sent["identifier"], sent["wrong"], sent["right"], sent["why"]),
        since=since,
        evidence=_evidence(request, actor),
        department=sent["department"],
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )


def _evidence(request: HttpRequest, actor: Actor) -> StoredFile | None:
    file = request.FILES.get("evidence")
    if file is None:
        return None
    try:
        return files.store(file, name=file.name or "", kinds=("pdf", "png", "jpeg"), acting=actor, now=now())
    except (FileTooLarge, FileKindRefused) as error:
        told = " ".join(fill(gettext(part), error.details) for part in (error.says, error.advice))
        raise Invalid(fields={"evidence": told}) from error


def _entries(request: HttpRequest, resource: Resource, mine: list[str], errors: dict[str, str]) -> list[Field]:
    names = disputed.names_of(set(mine))
    items = tuple(Choice(item.name, said(item.title)) for item in resource.items)
    departments = tuple(Choice(code, said(names.get(code))) for code in mine)
    ask = (Choice("", gettext("请选择")),)
    hints = {
        "identifier": gettext("身份证号码或统一社会信用代码。加密保存，记录中只有它的密钥哈希。"),
        "since": gettext("选填，例如 2026-11-01：此后取得该项数据的部门都会收到更正通知。"),
        "why": gettext("加密保存，只给数源部门看。"),
        "evidence": gettext("PDF、PNG 或 JPG，不超过 20 MB"),
    }

    def entry(name: str, label: str, kind: str = "text", **more: object) -> Field:
        value = request.POST.get(name, "")
        # What `more` holds is the form's own: a few names of Field's entries with values of their types.
        return Field(name, label, kind, value, hints.get(name, ""), errors.get(name, ""), autocomplete="off", **more)  # type: ignore[arg-type]

    return [
        entry(
            "department", gettext("提出部门"), "select", choices=departments if len(mine) == 1 else ask + departments
        ),
        entry("identifier", gettext("数据对象"), maxlength=40),
        entry("field", gettext("哪一项不对？"), "select", choices=ask + items),
        entry("wrong", gettext("现在登记的是"), maxlength=200),
        entry("right", gettext("应当是"), maxlength=200),
        entry("since", gettext("从哪天起不对"), required=False, maxlength=10),
        entry("why", gettext("为什么"), "textarea", maxlength=1000),
        entry("evidence", gettext("证明文件"), "file", required=False, accept=".pdf,.png,.jpg,.jpeg"),
    ]


@allow(*roles.DATA)
@never_cache
def correction(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one; open what was written, for a reason; answer it."""
    actor, found = actor_of(request), exchange.correction(number)
    had = (hop.sender for hop in found.path)
    if not disputed.sees(actor, found.department, found.source, *had):
        raise NotFound
    claim, opened, errors = exchange.masked_claim(number), False, {}
    if request.method == "POST":
        try:
            act = request.POST.get("act", "")
            if act in ("open", "file"):
                reason = request.POST.get("reason", "")
                claim = exchange.open_claim(number=number, reason=reason, acting=actor, now=now())
                opened = True
                if act == "file" and found.evidence:
                    return _file(found)
            else:
                _answer(request, number, actor)
                messages.success(request, gettext("答复已记录，提出方会收到通知。"))
                return redirect("office:correction", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    context = _context(request, found, actor) | {"claim": claim, "opened": opened, "errors": errors}
    return render(request, "office/correction.html", context | doors(request), status=422 if errors else 200)


def _file(found: Correction) -> HttpResponse:
    answer = HttpResponse(files.read(found.evidence), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.evidence_name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _answer(request: HttpRequest, number: str, actor: Actor) -> None:
    sent = disputed.sent(request, "verdict", "opinion", "basis", "value", "to")
    if sent["verdict"] not in set(Verdict):
        raise Invalid(fields={"verdict": "请选择答复结果。"})
    exchange.answer_correction(
        number=number,
        verdict=Verdict(sent["verdict"]),
        opinion=sent["opinion"],
        basis=sent["basis"],
        value=sent["value"],
        to=sent["to"],
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )


def _context(request: HttpRequest, found: Correction, actor: Actor) -> dict[str, object]:
    resource = exchange.find_resources([found.resource]).get(found.resource)
    may = (
        identity.has_role(actor, Role.DATA_OFFICER, department=found.source)
        and actor.account != found.reported_by
        and found.department not in roles.departments_of(actor, tuple(Role))
    )
    dispute = exchange.dispute_about(About.CORRECTION, found.number)
    own = found.department in roles.departments_of(actor, roles.ASKERS)
    refused = found.state is CorrectionState.REFUSED and dispute is None
    others = identity.departments(level=1) if may else []
    return {
        "shown": disputed.named([found])[0],
        "path": [(hop, disputed.names_of({hop.sender, hop.receiver})) for hop in found.path],
        "dataset": resource.dataset if resource else "",
        "may_answer": may and found.state is CorrectionState.OPEN,
        "may_open": may,
        "departments": [
            ("", "—"),
            *((one.code, one.name) for one in others if one.code != found.source),
        ],
        "dispute": dispute,
        "may_dispute": own and refused and exchange.may_dispute(found.decided_at, now=now()),
        "sent": request.POST,
    }
