"""Who an account is, and what it may do."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.audit.contracts import RoleGrant as Grant
from shudao.foundation.identity.contracts import ADMINISTRATORS, AccountNotFound, AccountRow
from shudao.foundation.identity.models import Account
from shudao.foundation.identity.rules import writing
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.paging import Page, bounds


def actor_of(account: Account) -> Actor:
    return Actor(
        account=account.public_id,
        kind=account.kind,
        name=account.name,
        person=account.person,
        roles=_grants(account),
    )


def actor_of_user(user: Any) -> Actor:
    return actor_of(user) if isinstance(user, Account) or getattr(user, "is_authenticated", False) else NOBODY


def actor(public_id: str) -> Actor:
    return actor_of(open_account(public_id))


def open_account(public_id: str) -> Account:
    found = Account.objects.filter(public_id=public_id, is_active=True)
    account = found.first() if writing.is_line(public_id) else None
    if account is None:
        raise AccountNotFound()
    return account


def account_of(person_key: str) -> str | None:
    if not person_key or not writing.is_line(person_key):
        return None
    found = Account.objects.filter(person=person_key, kind=Account.PERSON, is_active=True)
    return found.values_list("public_id", flat=True).first()


def listing(*, acting: Actor, text: str, ids: tuple[str, ...] = (), page: int, size: int) -> Page[AccountRow]:
    if acting.kind == "anonymous":
        raise SignInNeeded()
    if acting.kind != "system" and not any(grant.role in ADMINISTRATORS for grant in acting.roles):
        raise Forbidden()
    start, stop = bounds(page, size)
    found = Account.objects.filter(public_id__in=ids) if ids else Account.objects.all()
    if text and not writing.is_line(text):
        found = found.none()
    elif text:
        found = found.filter(Q(username__icontains=text) | Q(name__icontains=text))
    rows = found.order_by("username").prefetch_related("grants")[start:stop]
    return Page(items=tuple(_row(account) for account in rows), number=page, size=size, total=found.count())


def _row(account: Account) -> AccountRow:
    return AccountRow(
        account=account.public_id,
        username=account.username,
        name=account.name,
        kind=account.kind,
        active=account.is_active,
        last_sign_in=account.last_login,
        roles=_grants(account),
    )


def _grants(account: Account) -> tuple[Grant, ...]:
    rows = sorted(account.grants.all(), key=lambda row: (row.role, row.department, row.division))
    return tuple(Grant(row.role, row.department or None, row.division or None) for row in rows)
