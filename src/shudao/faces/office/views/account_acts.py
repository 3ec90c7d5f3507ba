"""What administrators do to an account: rights by the security administrator, the rest by the system administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from shudao.faces.design.access import actor_of, allow
from shudao.faces.office.views import accounts
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import Division
from shudao.kernel.errors import Invalid, ShudaoError
from shudao.kernel.time import now

_OF_A_DEPARTMENT = {Role.REVIEWER, Role.DATA_OFFICER, Role.INTEGRATOR}
_OF_A_PLACE = _OF_A_DEPARTMENT | {Role.CLERK}


class SeveralPlaces(Exception):
    """More than one division fits what was typed."""

    def __init__(self, found: list[Division]) -> None:
        self.found = found


@allow(Role.SECURITY_ADMIN)
@require_POST
def grant(request: HttpRequest, account: str) -> HttpResponseBase:
    """Give a right: a role, limited to a division and to the body of a kind that is responsible there."""
    role = request.POST.get("role", "")
    try:
        division = place(request.POST.get("place", "") or request.POST.get("division", ""))
        department = body(request.POST.get("kind", ""), division)
        complete(role, department, division)
        identity.grant_role(
            account=account,
            role=role,
            department=department,
            division=division.code if division else None,
            acting=actor_of(request),
            now=now(),
        )
    except SeveralPlaces as several:
        language = get_language() or "zh-hans"
        places = tuple((one.code, chain(one, language)) for one in several.found)
        errors = {"place": gettext("有几个地区叫这个名字，请选择其中一个。")}
        return accounts.show(request, account, tried="grant", errors=errors, places=places)
    except Invalid as refused:
        return accounts.show(request, account, tried="grant", errors=refused.fields)
    messages.success(request, gettext("已授权，即刻生效。"))
    return redirect("office:account", account=account)


@allow(Role.SECURITY_ADMIN)
@require_POST
def revoke(request: HttpRequest, account: str) -> HttpResponseBase:
    """Take exactly one right back."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        errors = {"reason": gettext("请写明收回权限的理由。")}
        return accounts.show(request, account, tried=request.POST.get("right", ""), errors=errors)
    identity.revoke_role(
        account=account,
        role=request.POST.get("role", ""),
        department=request.POST.get("department") or None,
        division=request.POST.get("division") or None,
        reason=reason[:200],
        acting=actor_of(request),
        now=now(),
    )
    messages.success(request, gettext("权限已收回，即刻生效。"))
    return redirect("office:account", account=account)


@allow(Role.SYSTEM_ADMIN)
@require_POST
def password(request: HttpRequest, account: str) -> HttpResponseBase:
    """Set a new password; open sessions end."""
    try:
        identity.set_password(
            account=account, password=request.POST.get("password", ""), acting=actor_of(request), now=now()
        )
    except Invalid as refused:
        return accounts.show(request, account, tried="password", errors=refused.fields)
    messages.success(request, gettext("密码已重设，该账号已登录的会话随即失效。"))
    return redirect("office:account", account=account)


@allow(Role.SYSTEM_ADMIN)
@require_POST
def close(request: HttpRequest, account: str) -> HttpResponseBase:
    """Close an account for good."""
    reason = request.POST.get("why", "").strip()
    if not reason:
        errors = {"why": gettext("请写明停用账号的理由。")}
        return accounts.show(request, account, tried="close", errors=errors)
    identity.close_account(account=account, reason=reason[:200], acting=actor_of(request), now=now())
    messages.success(request, gettext("账号已停用，不能再登录。"))
    return redirect("office:account", account=account)


def place(typed: str) -> Division | None:
    """The division that a code or a name stands for; None for nothing. Raises Invalid, SeveralPlaces."""
    text = typed.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) in (6, 9, 12):
        try:
            return regions.get(text.ljust(12, "0"))
        except ShudaoError:
            raise Invalid(fields={"place": gettext("没有这个地区代码。")}) from None
    found = regions.search(text, limit=12)
    exact = [one for one in found if text in (one.name.zh, one.name.en)]
    if len(exact or found) > 1:
        raise SeveralPlaces(exact or found)
    if not found:
        raise Invalid(fields={"place": gettext("没有找到这个地区，请核对名称或代码。")})
    return (exact or found)[0]


def body(kind: str, division: Division | None) -> str | None:
    """The credit code of the body of a kind that is responsible in a division; None for no limit."""
    if not kind:
        return None
    where = division or regions.roots()[0]
    found = identity.responsible(kind, where.code) if kind in identity.kind_names() else None
    if found is None:
        raise Invalid(fields={"kind": gettext("这个地区没有这样的部门。")})
    return found.code


def complete(role: str, department: str | None, division: Division | None) -> None:
    """Refuse a role that means nothing without its limits."""
    fields = {}
    if not role:
        fields["role"] = gettext("请选择角色。")
    if role in _OF_A_DEPARTMENT and department is None:
        fields["kind"] = gettext("这个角色须限定到部门。")
    if role in _OF_A_PLACE and division is None:
        fields["place"] = gettext("这个角色须限定到地区。")
    if fields:
        raise Invalid(fields=fields)


def chain(division: Division, language: str) -> str:
    """A division with what it lies in."""
    return " / ".join(one.name.said(language) for one in regions.ancestors(division.code))
