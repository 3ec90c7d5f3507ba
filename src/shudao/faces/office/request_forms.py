"""What is done on a request's page: the decision, wholly or in part, the one extension, taking it back."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import Given, RequestState, ShareRequest
from shudao.faces.design.fields import Field
from shudao.faces.office import rights_forms
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now

# What the source can say: all of it, less of it, nothing.
DECISIONS = ("grant", "part", "refuse")


def act(request: HttpRequest, asked: ShareRequest, actor: Actor) -> str:
    """Do what the form says; return what to tell. Raises Invalid and the room's refusals."""
    return {"extend": _extend, "withdraw": _withdraw}.get(request.POST.get("act", ""), _decide)(request, asked, actor)


def _decide(request: HttpRequest, asked: ShareRequest, actor: Actor) -> str:
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:  # neither yes nor no is never taken for a refusal
        raise Invalid(fields={"decision": gettext("请选择同意或不同意。")})
    done = exchange.decide_request(
        number=asked.number,
        grant=decision != "refuse",
        opinion=request.POST.get("opinion", "").strip(),
        basis=request.POST.get("basis", "").strip(),
        given=given(request) if decision == "part" else None,
        acting=actor,
        now=now(),
        key=request.POST.get("key", ""),
    )
    if done.state is RequestState.PROPOSED:
        return gettext("意见已记录，等待数源部门的第二名数据员确认。")
    return gettext("审批结果已记录，授权快照随即更新。")


def given(request: HttpRequest) -> Given:
    """The part that is given. Raises Invalid where a date or a number cannot be read."""
    problems: dict[str, str] = {}
    parts = rights_forms.read(request.POST, problems)
    if problems:
        raise Invalid(fields=problems)
    return Given(**parts)


def _extend(request: HttpRequest, asked: ShareRequest, actor: Actor) -> str:
    exchange.extend_reply(
        number=asked.number, reason=_why(request, "extend"), acting=actor, now=now(), key=request.POST.get("key", "")
    )
    return gettext("答复期限已延长十个工作日，申请部门可以看到理由。")


def _withdraw(request: HttpRequest, asked: ShareRequest, actor: Actor) -> str:
    exchange.withdraw_request(
        number=asked.number, reason=_why(request, "withdraw"), acting=actor, now=now(), key=request.POST.get("key", "")
    )
    return gettext("申请已撤回。")


def _why(request: HttpRequest, name: str) -> str:
    """The reason beside one of the page's small forms. Raises Invalid where there is none, beside that form."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Invalid(fields={f"{name}-reason": gettext("请写明理由。")})
    return reason


def parts(asked: ShareRequest, resource: Resource, request: HttpRequest, errors: dict[str, str]) -> list[Field]:
    """The entries for giving less: first as it was asked, with nothing on offer that was not."""
    asks = Given(
        asked.fields,
        asked.valid_from,
        asked.valid_to,
        asked.matters,
        asked.row_scope,
        asked.quota,
        asked.rate,
        asked.verify_only,
    )
    sent = request.POST if request.method == "POST" and request.POST.get("act", "decide") == "decide" else None
    made = rights_forms.entries(resource, asks, sent if sent and "valid_to-year" in sent else None, offered=asks)
    made["fields"] = replace(made["fields"], label=gettext("同意提供的字段"), hint="")
    return rights_forms.with_errors(made.values(), errors)
