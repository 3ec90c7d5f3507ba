"""What happens when many do it at the same instant, with real transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connections

from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import AdministratorsAreThree, AlreadyThere, SignInRefused, SignInThrottled
from shudao.foundation.identity.models import Account, Person
from shudao.foundation.identity.rules import throttle
from tests.foundation.identity.conftest import PASSWORD, resident_id

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


def at_once(acts: Iterable[Callable[[], object]]) -> list[object]:
    """Do everything in threads; an error is the outcome of its act."""

    def one(act: Callable[[], object]) -> object:
        try:
            return act()
        except (AlreadyThere, SignInRefused, SignInThrottled, AdministratorsAreThree) as error:
            return type(error)
        finally:
            connections.close_all()

    acts = list(acts)
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def staff(noon: datetime, username: str) -> Actor:
    return identity.create_account(username=username, password=PASSWORD, name=username, acting=SYSTEM, now=noon)


def test_of_many_guesses_at_once_only_the_allowance_reaches_the_password(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(noon, "clerk")
    looked_at: list[str] = []
    check = hashers.check_password

    def counting(password: str, *rest: Any, **more: Any) -> bool:
        looked_at.append(password)
        return check(password, *rest, **more)

    monkeypatch.setattr("django.contrib.auth.base_user.check_password", counting)
    outcome = at_once(lambda: identity.check_password("clerk", "wrong", now=noon) for _ in range(MANY))
    assert Counter(outcome) == {
        SignInRefused: throttle.ATTEMPTS_FOR_AN_ACCOUNT,
        SignInThrottled: MANY - throttle.ATTEMPTS_FOR_AN_ACCOUNT,
    }
    assert len(looked_at) == throttle.ATTEMPTS_FOR_AN_ACCOUNT


def test_two_of_the_three_administrators_are_never_given_to_one_account_at_once(noon: datetime) -> None:
    chief = staff(noon, "chief")

    def give(role: str) -> Callable[[], object]:
        return lambda: identity.grant_role(
            account=chief.account, role=role, department=None, division=None, acting=SYSTEM, now=noon
        )

    outcome = at_once(give(role) for role in ("system_admin", "security_admin", "audit_admin") * 2)
    held = identity.actor(chief.account).roles
    assert len(held) == 1
    # Both who asked for the role that won are content: giving again changes nothing.
    assert Counter(outcome) == {None: 2, AdministratorsAreThree: 4}


def test_one_citizen_registered_by_many_at_once_is_one_person(noon: datetime) -> None:
    def register(key: str) -> Callable[[], object]:
        return lambda: identity.register_person(
            resident_id=resident_id(1), name="王小明", phone="13900001234", acting=SYSTEM, now=noon, key=key
        )

    outcome = at_once(register(str(number)) for number in range(MANY))
    assert len(set(outcome)) == 1
    assert Person.objects.count() == 1


def test_one_user_name_is_opened_once(noon: datetime) -> None:
    outcome = at_once(lambda: staff(noon, "clerk").name for _ in range(MANY))
    assert Account.objects.filter(username="clerk").count() == 1
    assert Counter(outcome) == {"clerk": 1, AlreadyThere: MANY - 1}
