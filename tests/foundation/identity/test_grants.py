"""Rights: given by another, inside one's own reach, never two of the three administrators to one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor, RoleGrant
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import (
    AccountNotFound,
    AdministratorsAreThree,
    OwnRights,
    Person,
    UnknownDepartment,
)
from shudao.foundation.regions.contracts import DivisionNotFound
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hill_city")]
NORTH, UPPER, LOWER, SOUTH = "500100000000", "500101000000", "500102000000", "500200000000"
Staff = Callable[..., Actor]


@pytest.fixture
def grant(noon: datetime) -> Callable[..., None]:
    def give(
        account: Actor, role: str, acting: Actor, *, department: str | None = None, division: str | None = None
    ) -> None:
        identity.grant_role(
            account=account.account, role=role, department=department, division=division, acting=acting, now=noon
        )

    return give


def test_a_right_covers_its_department_in_its_subtree(staff: Staff) -> None:
    police = identity.department_code("ga", UPPER)
    clerk = staff("clerk", "clerk", department=police, division=UPPER)
    assert clerk.kind == "staff"
    assert clerk.roles == (RoleGrant("clerk", police, UPPER),)
    assert identity.has_role(clerk, "clerk")
    assert identity.has_role(clerk, "clerk", department=police, division="500101001001")
    assert not identity.has_role(clerk, "clerk", department=police, division=LOWER)
    assert not identity.has_role(clerk, "clerk", division=NORTH)
    assert not identity.has_role(clerk, "clerk", department=identity.department_code("mz", UPPER))
    assert not identity.has_role(clerk, "reviewer")
    assert identity.scope(clerk, "clerk") == [(police, UPPER)]
    assert identity.scope(clerk, "reviewer") == []


def test_a_right_without_limits_covers_everything(staff: Staff) -> None:
    leader = staff("leader", "leader")
    assert identity.has_role(leader, "leader", department="any", division=SOUTH)
    assert identity.scope(leader, "leader") == [(None, None)]


def test_two_rights_do_not_mix(staff: Staff, grant: Callable[..., None]) -> None:
    police, civil = identity.department_code("ga", UPPER), identity.department_code("mz", LOWER)
    clerk = staff("clerk", "clerk", department=police, division=UPPER)
    grant(clerk, "clerk", SYSTEM, department=civil, division=LOWER)
    clerk = identity.actor(clerk.account)
    assert identity.has_role(clerk, "clerk", department=civil, division=LOWER)
    assert not identity.has_role(clerk, "clerk", department=police, division=LOWER)


def test_who_lacks_a_right_is_told_to_sign_in_or_refused(staff: Staff) -> None:
    clerk = staff("clerk", "clerk", division=UPPER)
    identity.require(clerk, "clerk", division=UPPER)
    identity.require(SYSTEM, "clerk", division=UPPER)
    with pytest.raises(Forbidden):
        identity.require(clerk, "clerk", division=LOWER)
    with pytest.raises(SignInNeeded):
        identity.require(NOBODY, "clerk")


def test_a_security_administrator_grants_inside_their_own_reach(
    staff: Staff, account: Staff, grant: Callable[..., None]
) -> None:
    north = staff("north", "security_admin", division=NORTH)
    new = account("new")
    grant(new, "clerk", north, division=UPPER)
    assert identity.has_role(identity.actor(new.account), "clerk", division=UPPER)
    for division in (SOUTH, "500000000000", None):
        with pytest.raises(Forbidden):
            grant(new, "clerk", north, division=division)


def test_a_limit_to_one_department_is_not_widened_by_granting(
    staff: Staff, account: Staff, grant: Callable[..., None]
) -> None:
    police, civil = identity.department_code("ga", UPPER), identity.department_code("mz", UPPER)
    local = staff("local", "security_admin", department=police, division=UPPER)
    new = account("new")
    grant(new, "clerk", local, department=police, division=UPPER)
    for department in (civil, None):
        with pytest.raises(Forbidden):
            grant(new, "clerk", local, department=department, division=UPPER)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "leader", "system_admin", "audit_admin"])
def test_no_other_role_grants_anything(role: str, staff: Staff, account: Staff, grant: Callable[..., None]) -> None:
    with pytest.raises(Forbidden):
        grant(account("new"), "clerk", staff("other", role), division=UPPER)


def test_nobody_signed_in_grants_nothing(account: Staff, grant: Callable[..., None]) -> None:
    with pytest.raises(SignInNeeded):
        grant(account("new"), "clerk", NOBODY, division=UPPER)


def test_nobody_grants_themselves_or_takes_their_own(staff: Staff, grant: Callable[..., None], noon: datetime) -> None:
    chief = staff("chief", "security_admin")
    with pytest.raises(OwnRights):
        grant(chief, "reviewer", chief, division=UPPER)
    with pytest.raises(OwnRights):
        identity.revoke_role(
            account=chief.account,
            role="security_admin",
            department=None,
            division=None,
            reason="休息",
            acting=chief,
            now=noon,
        )
    assert identity.actor(chief.account).roles == chief.roles


def test_one_account_is_at_most_one_of_the_three_administrators(staff: Staff, grant: Callable[..., None]) -> None:
    chief = staff("chief", "system_admin")
    for role in ("security_admin", "audit_admin"):
        with pytest.raises(AdministratorsAreThree):
            grant(chief, role, SYSTEM, division=UPPER)
    grant(chief, "system_admin", SYSTEM, division=UPPER)
    grant(chief, "leader", SYSTEM)


def test_two_accounts_of_one_person_count_as_one(
    wang: Person, account: Staff, grant: Callable[..., None], noon: datetime
) -> None:
    first = account("wang", wang.key)
    grant(first, "system_admin", SYSTEM)
    # An account that serves as staff's leaves room for the same person's own one.
    second = account("wang-at-home", wang.key)
    with pytest.raises(AdministratorsAreThree):
        grant(second, "audit_admin", SYSTEM)
    chief = identity.actor(first.account)
    assert (chief.kind, second.kind) == ("staff", "person")


def test_giving_again_changes_nothing_and_each_change_is_on_record_once(
    account: Staff, grant: Callable[..., None], noon: datetime
) -> None:
    new = account("new")
    for _ in range(3):
        grant(new, "clerk", SYSTEM, division=UPPER)
    for _ in range(3):
        identity.revoke_role(
            account=new.account, role="clerk", department=None, division=UPPER, reason="调岗", acting=SYSTEM, now=noon
        )
    assert identity.actor(new.account).roles == ()
    entries = audit.entries(target=new.account)
    assert [entry.action for entry in entries] == [
        "identity.revoke_role",
        "identity.grant_role",
        "identity.create_account",
    ]
    assert entries[0].reason == "调岗"
    assert entries[1].after == {"role": "clerk", "department": "", "division": UPPER}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"role": "emperor"}, Invalid),
        ({"division": "500199000000"}, DivisionNotFound),
        ({"department": "115199510000000000"}, UnknownDepartment),
        ({"account": "nobody"}, AccountNotFound),
    ],
)
def test_what_does_not_exist_is_granted_to_nobody(
    changed: dict[str, Any], error: type[Exception], account: Staff, noon: datetime
) -> None:
    given = {"account": account("new").account, "role": "clerk", "department": None, "division": UPPER} | changed
    with pytest.raises(error):
        identity.grant_role(**given, acting=SYSTEM, now=noon)


def test_who_an_account_is_costs_two_queries(staff: Staff, django_assert_num_queries: Any) -> None:
    clerk = staff("clerk", "clerk", division=UPPER)
    with django_assert_num_queries(2):
        identity.actor(clerk.account)
