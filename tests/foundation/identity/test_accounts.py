"""Accounts: who opens, closes and lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import (
    AccountNotFound,
    AlreadyThere,
    OwnRights,
    Person,
    PersonNotFound,
    SignInRefused,
)
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded
from tests.foundation.identity.conftest import PASSWORD, resident_id

pytestmark = pytest.mark.django_db


def create(noon: datetime, **changed: Any) -> Actor:
    given = {"username": "wang", "password": PASSWORD, "name": "王小明", "acting": SYSTEM, "now": noon}
    return identity.create_account(**(given | changed))  # type: ignore[arg-type]


def test_an_applicant_opens_the_one_account_of_a_registered_person(wang: Person, noon: datetime) -> None:
    mine = create(noon, person=wang.key, acting=NOBODY)
    assert (mine.kind, mine.person, mine.roles) == ("person", wang.key, ())
    with pytest.raises(AlreadyThere):
        create(noon, username="second", person=wang.key, acting=NOBODY)
    with pytest.raises(PersonNotFound):
        create(noon, username="third", person="0" * 32, acting=NOBODY)


def test_a_person_is_reached_in_the_applicants_account_while_it_is_open(
    wang: Person, noon: datetime, staff: Callable[..., Actor]
) -> None:
    assert identity.account_of(wang.key) is None
    mine = create(noon, person=wang.key, acting=NOBODY)
    assert identity.account_of(wang.key) == mine.account
    create(noon, username="official")
    assert identity.account_of("") is None, "staff accounts are nobody's"
    admin = staff("admin", "system_admin")
    identity.close_account(account=mine.account, reason="本人申请注销", acting=admin, now=noon)
    assert identity.account_of(wang.key) is None


def test_an_account_of_staff_is_opened_by_a_system_administrator(noon: datetime, staff: Callable[..., Actor]) -> None:
    admin = staff("admin", "system_admin")
    assert create(noon, acting=admin).kind == "staff"
    with pytest.raises(SignInNeeded):
        create(noon, username="x", acting=NOBODY)
    for role in ("clerk", "security_admin", "audit_admin"):
        with pytest.raises(Forbidden):
            create(noon, username="x", acting=staff(role.replace("_", "-"), role))


@pytest.mark.parametrize("username", ["WANG", " wang ", "ｗａｎｇ"])
def test_names_that_look_alike_are_one_name(username: str, noon: datetime) -> None:
    create(noon)
    with pytest.raises(AlreadyThere):
        create(noon, username=username)
    assert identity.check_password(username, PASSWORD).name == "王小明"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"username": resident_id(1)}, "username"),
        ({"username": resident_id(1).lower()}, "username"),
        ({"name": " "}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "1234567890"}, "password"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, Any], field: str, noon: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        create(noon, **changed)
    assert set(refused.value.fields) == {field}


def test_a_closed_account_neither_acts_nor_signs_in(noon: datetime, staff: Callable[..., Actor]) -> None:
    admin, clerk = staff("admin", "system_admin"), staff("clerk", "clerk")
    identity.close_account(account=clerk.account, reason="离职", acting=admin, now=noon)
    with pytest.raises(AccountNotFound):
        identity.actor(clerk.account)
    with pytest.raises(SignInRefused):
        identity.check_password("clerk", PASSWORD)
    with pytest.raises(OwnRights):
        identity.close_account(account=admin.account, reason="离职", acting=admin, now=noon)


def test_a_password_is_set_by_its_owner_or_a_system_administrator(noon: datetime, staff: Callable[..., Actor]) -> None:
    admin, clerk = staff("admin", "system_admin"), staff("clerk", "clerk")
    for acting, password in ((clerk, "my own new passphrase"), (admin, "one from the administrator")):
        identity.set_password(account=clerk.account, password=password, acting=acting, now=noon)
        assert identity.check_password("clerk", password).account == clerk.account
    with pytest.raises(Forbidden):
        identity.set_password(account=admin.account, password=PASSWORD, acting=clerk, now=noon)
    with pytest.raises(Invalid):
        identity.set_password(account=clerk.account, password="short", acting=clerk, now=noon)


def test_administrators_list_accounts_and_nobody_else_does(
    staff: Callable[..., Actor], django_assert_num_queries: Any
) -> None:
    admin, clerk = staff("admin", "audit_admin"), staff("clerk", "clerk")
    staff("clerk2", "clerk")
    with django_assert_num_queries(3):
        found = identity.accounts(acting=admin, text="clerk")
    assert [(row.username, row.roles[0].role) for row in found.items] == [("clerk", "clerk"), ("clerk2", "clerk")]
    assert identity.accounts(acting=admin, page=2, size=2).items[0].username == "clerk2"
    with pytest.raises(Forbidden):
        identity.accounts(acting=clerk)
    with pytest.raises(SignInNeeded):
        identity.accounts(acting=NOBODY)
