"""The start of an application: who applies, how the result comes, and what will be fetched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from shudao.contexts.cases import api as cases
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Implementation
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.portal import applicant
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time
from shudao.kernel.errors import Forbidden

STEPS = (gettext_lazy("确认申请人"), gettext_lazy("填写表单"), gettext_lazy("核对材料"), gettext_lazy("检查并提交"))


class WindowOnly(Forbidden):
    """A matter that cannot be applied for on line."""

    code = "portal.window_only"
    says = "这个事项暂不能网上申请。"
    advice = "请按办事指南上的地址和时间到窗口办理。"


@allow(applicant=True)
def start(request: HttpRequest, task_code: str) -> HttpResponse:
    actor = applicant.applicant_of(request)
    matter = matters.implementation(task_code)
    if not matter.online:
        raise WindowOnly
    fields = _fields(matter, actor, request)
    if request.method == "POST" and not any(one.error for one in fields):
        draft = cases.start_draft(
            task_code=task_code,
            applicant=actor.person,
            company=_company(request),
            channel="online",
            delivery=request.POST.get("delivery", "online"),
            acting=actor,
            now=time.now(),
            key=request.POST.get("key", ""),
        )
        return redirect("portal:draft_form", draft=draft.id)
    plan = cases.plan(task_code=task_code, applicant=actor.person, acting=actor, now=time.now())
    context = {
        "matter": matter,
        "person": applicant.person_of(actor),
        "fields": fields,
        "faults": [one for one in fields if one.error],
        "plan": plan,
        "steps": STEPS,
    }
    return render(request, "portal/apply.html", context, status=422 if request.method == "POST" else 200)


def _company(request: HttpRequest) -> str:
    chosen = request.POST.get("company", "")
    return "" if chosen == "self" else chosen


def _fields(matter: Implementation, actor: Actor, request: HttpRequest) -> list[Field]:
    fields = []
    if matter.audience != "person":
        fields.append(_whose(matter, actor, request))
    ways = [Choice("online", gettext("网上送达"), gettext("结果生成电子证照或文书，在“我的空间”查看"))]
    if matter.is_yes("is_express"):
        ways.append(Choice("post", gettext("邮寄送达")))
    ways.append(Choice("pickup", gettext("到窗口领取"), gettext("需要到场一次")))
    sent = request.POST.get("delivery", "online")
    fields.append(Field("delivery", gettext("怎样取得办理结果"), "radios", sent, choices=tuple(ways)))
    return fields


def _whose(matter: Implementation, actor: Actor, request: HttpRequest) -> Field:
    choices = [Choice(one.code, one.name, one.code) for one in applicant.companies_of(actor)]
    if matter.audience == "both" or not choices:
        choices.insert(0, Choice("self", gettext("我本人"), gettext("设立企业等还没有主体的事项，由本人申请")))
    sent = request.POST.get("company", choices[0].value if len(choices) == 1 else "")
    known = sent in {one.value for one in choices}
    error = gettext("请选择以谁的名义申请。") if request.method == "POST" and not known else ""
    label = gettext("以谁的名义申请")
    return Field("company", label, "radios", sent, choices=tuple(choices), error=error)
