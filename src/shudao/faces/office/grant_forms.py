"""What is done on a grant's page: withdrawing, giving back, suspending, letting it stand again."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Grant
from shudao.faces.design.fields import Field
from shudao.faces.office import rights_forms
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now

# So long a suspension is proposed for; the bureau types what it decides.
_PROPOSED = timedelta(days=14)


def may(actor: Actor, one: Grant, provider: str, today: date) -> dict[str, bool]:
    """Which acts are offered to the actor; the room decides for itself once more."""
    if one.revoked_at is not None or one.valid_to < today:
        return {}
    bureau = identity.has_role(actor, Role.DATA_BUREAU)
    caller = one.system.split("/")[2]
    calls = any(identity.has_role(actor, role, department=caller) for role in (Role.DATA_OFFICER, Role.INTEGRATOR))
    return {
        "revoke": bureau or identity.has_role(actor, Role.DATA_OFFICER, department=provider),
        "return": calls,
        "suspend": bureau and not one.suspended(today),
        "lift": bureau and one.suspended(today),
        "renew": (calls or bureau) and one.renewable(today),
    }


def act(request: HttpRequest, one: Grant, actor: Actor) -> str:
    """Do what the form says; return what to tell. Raises Invalid and the room's refusals."""
    name, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    if name not in ("revoke", "return", "suspend", "lift"):
        raise Invalid(fields={"act": gettext("请选择要办理的事项。")})
    problems = {} if reason else {f"{name}-reason": gettext("请写明理由。")}
    until = rights_forms.read_day(request.POST, "until", problems) if name == "suspend" else None
    if problems:
        raise Invalid(fields=problems)
    how = {"grant": one.number, "reason": reason, "acting": actor, "now": now(), "key": request.POST.get("key", "")}
    if name == "revoke":
        exchange.revoke(**how)
        return gettext("授权已撤销，网关即刻拒绝。")
    if name == "return":
        exchange.give_back(**how)
        return gettext("授权已退回，网关即刻拒绝。")
    exchange.suspend(until=until, **how)
    return gettext("授权已暂停，到期自动恢复。") if name == "suspend" else gettext("授权已恢复。")


def until_entry(request: HttpRequest, one: Grant, today: date, errors: dict[str, str]) -> Field:
    """The entry for a suspension's last day."""
    sent = request.POST if "until-year" in request.POST else None
    proposed = min(today + _PROPOSED, one.valid_to)
    return Field(
        "until",
        gettext("暂停到哪一天"),
        "date",
        rights_forms.day_parts(sent, "until", proposed),
        gettext("含当天；次日自动恢复。"),
        errors.get("until", ""),
    )
