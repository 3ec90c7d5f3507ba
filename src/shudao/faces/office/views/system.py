"""One system: the office that answers for it, its state, its keys."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Contact, System, SystemKey, SystemState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import disputed, roles
from shudao.faces.office.views import systems
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound, fill
from shudao.kernel.time import LOCAL, now

_SOON = timedelta(days=30)


@allow(*roles.ASKERS)
@never_cache
def system(request: HttpRequest, client: str) -> HttpResponseBase:
    """Show a system, and take what those who keep it change."""
    one = exchange.system(client)
    keeps = keeps_it(actor_of(request), one.department)
    errors: dict[str, str] = {}
    tried = request.POST.get("act", "")
    if request.method == "POST":
        if not keeps:
            raise Forbidden
        try:
            messages.success(request, gettext(_ACTS.get(tried, _unknown)(request, one)))
            return redirect("office:system", client)
        except Invalid as refused:
            errors = disputed.faults(refused)
        except (Conflict, Forbidden) as refused:
            errors = {"act": fill(gettext(refused.says), refused.details)}
    context = {
        "one": one,
        "body": identity.find_departments({one.department}).get(one.department),
        "state": gettext(systems.STATES[one.state]),
        "keys": [(key, _standing(key)) for key in exchange.system_keys(client)],
        "keeps": keeps and one.state is not SystemState.RETIRED,
        "errors": errors,
        "tried": tried,
        "sent": request.POST,
    }
    return render(request, "office/system.html", context | doors(request), status=422 if errors else 200)


def keeps_it(actor: Actor, department: str) -> bool:
    """Whether the actor may change a system of this department."""
    mine = (Role.INTEGRATOR, Role.DATA_OFFICER)
    return identity.has_role(actor, Role.DATA_BUREAU) or any(
        identity.has_role(actor, role, department=department) for role in mine
    )


def _standing(key: SystemKey) -> str:
    """How a key stands: revoked, ended, soon (within 30 days), later (not yet valid), good."""
    instant = now()
    if key.revoked_at is not None:
        return "revoked"
    if key.valid_to <= instant:
        return "ended"
    if key.valid_from > instant:
        return "later"
    return "soon" if key.valid_to - instant <= _SOON else "good"


def _unknown(request: HttpRequest, one: System) -> str:
    raise NotFound


def _contact(request: HttpRequest, one: System) -> str:
    sent = disputed.sent(request, "contact_name", "contact_phone", "contact_mail")
    contact = Contact(sent["contact_name"], sent["contact_phone"], sent["contact_mail"])
    exchange.set_contact(
        client=one.client, contact=contact, acting=actor_of(request), now=now(), key=request.POST.get("key", "")
    )
    return gettext_noop("联系处室已更新。")


def _state(request: HttpRequest, one: System) -> str:
    sent = disputed.sent(request, "state", "reason")
    if sent["state"] not in set(SystemState):
        raise Invalid(fields={"state": gettext_noop("请选择状态。")})
    exchange.set_system_state(
        client=one.client,
        state=SystemState(sent["state"]),
        reason=sent["reason"],
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )
    return gettext_noop("系统状态已变更，网关即刻生效。")


def _add_key(request: HttpRequest, one: System) -> str:
    sent = disputed.sent(request, "key_id", "public_key", "valid_to")
    try:
        public = base64.b64decode(sent["public_key"], validate=True)
    except binascii.Error:
        public = b""
    exchange.add_key(
        client=one.client,
        key_id=sent["key_id"],
        public_key=public,
        valid_from=now(),
        valid_to=_end(sent["valid_to"]),
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )
    return gettext_noop("公钥已登记。")


def _end(typed: str) -> datetime:
    """The end of the local day typed. Raises Invalid."""
    try:
        last = date.fromisoformat(typed)
    except ValueError:
        raise Invalid(fields={"valid_to": gettext_noop("日期应写成 2026-11-24 的样子。")}) from None
    return datetime.combine(last, time.min, LOCAL).astimezone(UTC) + timedelta(days=1)


def _revoke(request: HttpRequest, one: System) -> str:
    sent = disputed.sent(request, "key_id", "why")
    try:
        exchange.revoke_key(
            client=one.client,
            key_id=sent["key_id"],
            reason=sent["why"],
            acting=actor_of(request),
            now=now(),
            key=request.POST.get("key", ""),
        )
    except Invalid as refused:
        raise Invalid(fields={"why": refused.fields["reason"]}) from None
    return gettext_noop("公钥已吊销，网关即刻拒绝。")


_ACTS: dict[str, Callable[[HttpRequest, System], str]] = {
    "contact": _contact,
    "state": _state,
    "add": _add_key,
    "revoke": _revoke,
}
