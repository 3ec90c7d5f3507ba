"""Give and take rights: by a security administrator, never one's own, inside one's own subtree."""

from __future__ import annotations

from datetime import datetime

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import (
    ADMINISTRATORS,
    AccountNotFound,
    AdministratorsAreThree,
    OwnRights,
    Role,
    UnknownDepartment,
)
from shudao.foundation.identity.models import Account, Department, RoleGrant
from shudao.foundation.identity.services import rights
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded


def grant(
    *, account: str, role: str, department: str | None, division: str | None, acting: Actor, now: datetime
) -> None:
    wanted = _checked(role, department, division)
    _may_hand_on(acting, department=department, division=division)
    with outbox.unit_of_work():
        row = _locked(account)
        _refuse_own(acting, row)
        if wanted in ADMINISTRATORS:
            _refuse_second_administrator(row, wanted)
        given, new = RoleGrant.objects.get_or_create(
            account=row,
            role=wanted,
            department=department or "",
            division=division or "",
            defaults={"granted_by": acting.account, "granted_at": now},
        )
        if not new:
            return
        if row.kind != Account.STAFF:
            row.kind = Account.STAFF
            row.save(update_fields=["kind"])
        audit.record(acting=acting, action="identity.grant_role", target=account, now=now, after=_said(given))


def revoke(
    *,
    account: str,
    role: str,
    department: str | None,
    division: str | None,
    reason: str,
    acting: Actor,
    now: datetime,
) -> None:
    _may_hand_on(acting, department=department, division=division)
    with outbox.unit_of_work():
        row = _locked(account)
        _refuse_own(acting, row)
        for given in row.grants.filter(role=role, department=department or "", division=division or ""):
            audit.record(
                acting=acting,
                action="identity.revoke_role",
                target=account,
                now=now,
                before=_said(given),
                reason=reason,
            )
            given.delete()


def _checked(role: str, department: str | None, division: str | None) -> Role:
    try:
        wanted = Role(role)
    except ValueError:
        raise Invalid(fields={"role": "没有这个角色。"}) from None
    if division is not None:
        regions.get(division)
    if department is not None and not Department.objects.filter(pk=department).exists():
        raise UnknownDepartment()
    return wanted


def _may_hand_on(acting: Actor, *, department: str | None, division: str | None) -> None:
    if acting.kind == "anonymous":
        raise SignInNeeded()
    if not rights.may_hand_on(acting, Role.SECURITY_ADMIN, department=department, division=division):
        raise Forbidden()


def _locked(account: str) -> Account:
    # Two grants at once must not make one person two of the three administrators. An account closed in the meantime
    # still loses rights, so being open is not asked for.
    row = Account.objects.select_for_update().filter(public_id=account).first()
    if row is None:
        raise AccountNotFound()
    if row.person:
        list(Account.objects.select_for_update().filter(person=row.person).order_by("pk"))
    return row


def _refuse_own(acting: Actor, row: Account) -> None:
    same_person = bool(acting.person) and acting.person == row.person
    if acting.account == row.public_id or same_person:
        raise OwnRights()


def _refuse_second_administrator(row: Account, wanted: Role) -> None:
    held = RoleGrant.objects.filter(role__in=ADMINISTRATORS - {wanted})
    mine = held.filter(account__person=row.person) if row.person else held.filter(account=row)
    if mine.exists():
        raise AdministratorsAreThree()


def _said(given: RoleGrant) -> dict[str, str]:
    return {"role": given.role, "department": given.department, "division": given.division}
