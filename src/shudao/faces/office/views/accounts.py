"""Accounts and rights, for the three administrators: who there is, what each may do, a new member of staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import ROLE_NAMES, AccountNotFound, AccountRow, Role
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text
from shudao.kernel.time import now

_EVERYWHERE = Text("不限", "All")
_MOST, _PAGE = 10_000, 200


@dataclass(frozen=True, slots=True)
class Right:
    """One right of an account, with its names and what a form sends to take it back."""

    role: str
    department: str
    division: str
    name: Text
    department_name: Text
    division_name: Text


@allow(*roles.ADMINISTRATORS)
def accounts(request: HttpRequest) -> HttpResponseBase:
    """List accounts by user name."""
    text = lists.word(request, "text")
    if request.GET.get("format") == "csv":
        return export(request, text)
    page = identity.accounts(acting=actor_of(request), text=text, page=lists.number(request), size=lists.SIZE)
    context = {"page": page, "shown": [(one, shown_name(one), roles_of(one)) for one in page.items], "text": text}
    return render(request, "office/accounts.html", context | doors(request))


def export(request: HttpRequest, text: str) -> HttpResponseBase:
    """The list as CSV: a line for each account, its rights with their limits in one cell."""
    language = get_language() or "zh-hans"
    header = [gettext(name) for name in ("用户名", "姓名", "类型", "状态", "上次登录", "角色")]
    rows = (
        [
            one.username,
            shown_name(one),
            gettext("工作人员") if one.kind == "staff" else gettext("申请人"),
            gettext("启用") if one.active else gettext("已停用"),
            one.last_sign_in.isoformat(timespec="minutes") if one.last_sign_in else "",
            gettext("、").join(name.said(language) for name in roles_of(one)),
        ]
        for one in every(request, text)
    )
    return csv_response(gettext("账号与权限"), header, rows)


def every(request: HttpRequest, text: str) -> Iterator[AccountRow]:
    """All accounts that fit, page by page, at most ten thousand."""
    for number in range(1, _MOST // _PAGE + 1):
        page = identity.accounts(acting=actor_of(request), text=text, page=number, size=_PAGE)
        yield from page.items
        if number >= page.pages:
            return


@allow(*roles.ADMINISTRATORS)
def account(request: HttpRequest, account: str) -> HttpResponseBase:
    """Show one account: its rights, and what this administrator may do about it."""
    return show(request, account)


def show(
    request: HttpRequest,
    account: str,
    *,
    tried: str = "",
    errors: dict[str, str] | None = None,
    places: tuple[tuple[str, str], ...] = (),
) -> HttpResponseBase:
    """Draw the page; a form that was refused keeps what was typed, but never a password."""
    acting = actor_of(request)
    row = find(request, account)
    context = {
        "row": row,
        "name": shown_name(row),
        "rights": rights_of(row),
        "own": acting.account == row.account,
        "grants_rights": roles.holds(acting, (Role.SECURITY_ADMIN,)),
        "keeps_accounts": roles.holds(acting, (Role.SYSTEM_ADMIN,)),
        "roles": [(role.value, name) for role, name in ROLE_NAMES.items()],
        "kinds": [("", gettext("不限部门")), *identity.kind_names().items()],
        "places": places,
        "tried": tried,
        "errors": errors or {},
        "sent": request.POST,
    }
    return render(request, "office/account.html", context | doors(request), status=422 if errors else 200)


@allow(Role.SYSTEM_ADMIN)
def new(request: HttpRequest) -> HttpResponseBase:
    """Open an account for a member of staff; it has no right until the security administrator gives one."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = identity.create_account(
                username=request.POST.get("username", ""),
                password=request.POST.get("password", ""),
                name=request.POST.get("name", ""),
                acting=actor_of(request),
                now=now(),
            )
            messages.success(request, gettext("账号已开立，还没有任何权限；请由安全管理员授权。"))
            return redirect("office:account", account=made.account)
        except Invalid as refused:
            errors = refused.fields
    context = {"errors": errors, "sent": request.POST}
    return render(request, "office/new_account.html", context | doors(request), status=422 if errors else 200)


def find(request: HttpRequest, account: str) -> AccountRow:
    """The account by its public id, open or closed. Raises AccountNotFound."""
    found = identity.accounts(acting=actor_of(request), ids=(account,), size=1).items
    if not found:
        raise AccountNotFound
    return found[0]


def shown_name(row: AccountRow) -> str:
    """Names of staff are said; a citizen's is masked: whoever keeps accounts has no need of it."""
    return row.name if row.kind == "staff" else identity.masked_name(row.name)


def roles_of(row: AccountRow) -> list[Text]:
    """The names of an account's roles, each once."""
    return [ROLE_NAMES[Role(code)] for code in dict.fromkeys(grant.role for grant in row.roles)]


def rights_of(row: AccountRow) -> list[Right]:
    """An account's rights with the names of their limits: two queries for however many."""
    bodies = identity.find_departments({grant.department for grant in row.roles if grant.department})
    places = regions.find({grant.division for grant in row.roles if grant.division})
    return [
        Right(
            role=grant.role,
            department=grant.department or "",
            division=grant.division or "",
            name=ROLE_NAMES[Role(grant.role)],
            department_name=bodies[grant.department].name if grant.department in bodies else _EVERYWHERE,
            division_name=places[grant.division].name if grant.division in places else _EVERYWHERE,
        )
        for grant in row.roles
    ]
