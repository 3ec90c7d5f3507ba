"""Check a user name and password: slowly for guessers, and telling nobody which of the two was wrong."""

from __future__ import annotations

import math
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.identity.contracts import SignInRefused, SignInThrottled
from shudao.foundation.identity.models import Account, SignInThrottle
from shudao.foundation.identity.queries import accounts
from shudao.foundation.identity.rules import throttle, writing
from shudao.foundation.identity.services.accounts import normal_username
from shudao.foundation.outbox import api as outbox

Door = tuple[str, int]


def sign_in(*, username: str, password: str, address: str, now: datetime) -> tuple[Account, Actor]:
    username, password = normal_username(_encodable(username)), _encodable(password)
    doors = [(_subject("account", username), throttle.ATTEMPTS_FOR_AN_ACCOUNT)]
    if address:
        doors.append((_subject("address", address), throttle.ATTEMPTS_FROM_AN_ADDRESS))
    _count(doors, now)
    # What no account can be called need not be asked of the database, which might not even take it.
    account = Account.objects.filter(username=username).first() if writing.is_line(username) else None
    if not _right(account, password) or account is None:
        raise SignInRefused()
    actor = accounts.actor_of(account)
    with outbox.unit_of_work():
        _take_back(doors)
        Account.objects.filter(pk=account.pk).update(last_login=now)
        audit.record(acting=actor, action="identity.sign_in", target=account.public_id, now=now)
    return account, actor


def _right(account: Account | None, password: str) -> bool:
    if account is None:
        # As slow as a wrong password, so that time does not tell which names exist.
        make_password(password)
        return False
    return account.check_password(password) and account.is_active


def _count(doors: list[Door], now: datetime) -> None:
    """Count the attempt in a transaction of its own: it stays counted when the sign-in is refused."""
    closed: datetime | None = None
    with outbox.unit_of_work():
        # One order for all, so that two sign-ins never wait for each other.
        for subject, allowed in sorted(doors):
            closed = _count_one(subject, allowed, now) or closed
    if closed is not None:
        raise SignInThrottled(minutes=max(1, math.ceil((closed - now).total_seconds() / 60)))


def _count_one(subject: str, allowed: int, now: datetime) -> datetime | None:
    row, new = SignInThrottle.objects.select_for_update().get_or_create(
        subject=subject, defaults={"failures": 0, "since": now}
    )
    before = throttle.Attempts(row.failures, row.since, row.blocked_until)
    closed = throttle.closed_until(before, now)
    if closed is not None:
        return closed
    after = throttle.count(before, allowed=allowed, now=now)
    row.failures, row.since, row.blocked_until = after.failures, after.since, after.blocked_until
    row.save()
    if after.blocked_until is not None:
        audit.record(acting=NOBODY, action="identity.close_sign_in", target=subject, now=now)
    if new:
        SignInThrottle.objects.filter(since__lt=now - throttle.WINDOW - throttle.CLOSED_FOR).delete()
    return None


def _take_back(doors: list[Door]) -> None:
    (account, _), *addresses = doors
    SignInThrottle.objects.filter(subject=account).delete()
    for subject, _ in addresses:
        row = SignInThrottle.objects.select_for_update().filter(subject=subject).first()
        if row is not None and row.failures > 0:
            row.failures -= 1
            row.blocked_until = None
            row.save()


def _encodable(text: str) -> str:
    # JSON can carry half a surrogate pair, which no hash can take and no password can hold.
    return text.encode("utf-8", "replace").decode()


def _subject(kind: str, text: str) -> str:
    # Somebody may type a resident ID where the user name belongs: it must not lie in the table.
    return salted_hmac(f"shudao.identity.{kind}", text, algorithm="sha256").hexdigest()
