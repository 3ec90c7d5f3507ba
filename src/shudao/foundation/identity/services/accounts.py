"""Make an account, close it, change its password."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import AlreadyThere, OwnRights, PersonNotFound, Role
from shudao.foundation.identity.models import Account, Person
from shudao.foundation.identity.queries import accounts
from shudao.foundation.identity.rules import resident_ids, writing
from shudao.foundation.identity.services import rights
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid

LONGEST_USERNAME = 64


def create(
    *, username: str, password: str | None, person: str | None, name: str, acting: Actor, now: datetime
) -> Actor:
    _may_create(acting, person)
    username = normal_username(username)
    _check(username, name, now)
    check_new_password(password)
    if person and not Person.objects.filter(pk=person).exists():
        raise PersonNotFound()
    account = Account(
        username=username,
        name=name.strip(),
        kind=Account.PERSON if person else Account.STAFF,
        person=person or "",
        created_at=now,
    )
    account.set_password(password)
    with outbox.unit_of_work():
        try:
            with transaction.atomic():
                account.save()
        except IntegrityError:
            raise AlreadyThere() from None
        audit.record(
            acting=acting,
            action="identity.create_account",
            target=account.public_id,
            now=now,
            after={"kind": account.kind},
        )
    return accounts.actor_of(account)


def close(*, account: str, reason: str, acting: Actor, now: datetime) -> None:
    rights.require(acting, Role.SYSTEM_ADMIN, department=None, division=None)
    if acting.account == account:
        raise OwnRights()
    with outbox.unit_of_work():
        row = accounts.open_account(account)
        row.is_active = False
        row.save(update_fields=["is_active"])
        audit.record(
            acting=acting,
            action="identity.close_account",
            target=account,
            now=now,
            before={"active": True},
            after={"active": False},
            reason=reason,
        )


def set_password(*, account: str, password: str, acting: Actor, now: datetime) -> None:
    if acting.account != account:
        rights.require(acting, Role.SYSTEM_ADMIN, department=None, division=None)
    check_new_password(password)
    with outbox.unit_of_work():
        row = accounts.open_account(account)
        row.set_password(password)
        row.save(update_fields=["password"])
        audit.record(acting=acting, action="identity.set_password", target=account, now=now)


def normal_username(text: str) -> str:
    """The one written form: what looks alike is the same name."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_new_password(password: str | None) -> None:
    """Raise Invalid unless the password satisfies the installation's validators. None means "cannot sign in yet"."""
    if password is None:
        return
    try:
        validate_password(password)
    except ValidationError:
        raise Invalid(fields={"password": "密码至少10个字符，且不能是常见密码。"}) from None


def _may_create(acting: Actor, person: str | None) -> None:
    # A citizen may open the one account of a person just registered; the database allows no second.
    if person and acting.kind == "anonymous":
        return
    rights.require(acting, Role.SYSTEM_ADMIN, department=None, division=None)


def _check(username: str, name: str, now: datetime) -> None:
    fields = {}
    if not username or len(username) > LONGEST_USERNAME or not _is_one_word(username):
        fields["username"] = "用户名不能为空，不能有空格，且不超过64个字符。"
    elif _is_resident_id(username, now.date()):
        fields["username"] = "请不要用身份证号码作用户名。"
    if not name.strip() or len(name.strip()) > LONGEST_USERNAME or not writing.is_line(name.strip()):
        fields["name"] = "姓名不能为空，且不超过64个字符。"
    if fields:
        raise Invalid(fields=fields)


def _is_one_word(text: str) -> bool:
    return writing.is_line(text) and not any(character.isspace() for character in text)


def _is_resident_id(text: str, today: date) -> bool:
    return resident_ids.fault(resident_ids.normalise(text), today=today, test_numbers=True) is None
