"""A right to data is asked for, decided by somebody else, limited, and withdrawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.refusals import (
    AlreadyDecided,
    AlreadyRevoked,
    FourEyes,
    NotShared,
    RequestInvalid,
)
from shudao.contexts.exchange.contracts.registry import ShareType
from shudao.contexts.exchange.contracts.rights import RequestState, ShareRequest
from shudao.contexts.exchange.events import GrantRequested
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor, RoleGrant
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel.errors import Conflict, Forbidden, NotFound, SignInNeeded
from shudao.kernel.texts import Text
from shudao.kernel.time import now
from tests.contexts.exchange.conftest import COMPANY, MARRIAGE, POPULATION, PROVINCE, Staff, officer

pytestmark = pytest.mark.django_db
Ask = Callable[..., ShareRequest]


def decide(number: str, acting: Actor, now: datetime, *, grant: bool = True, **rest: Any) -> ShareRequest:
    parts = {"opinion": "同意", "key": f"decide-{acting.account}"} | rest
    return exchange.decide_request(number=number, grant=grant, acting=acting, now=now, **parts)


def test_a_request_waits_for_the_source_department_with_a_date(ask_for: Ask, noon: datetime) -> None:
    asked = ask_for()
    assert asked.state is RequestState.PENDING
    assert asked.fields == ("name", "birth_date"), "in the resource's order"
    assert asked.provider == identity.department_code("ga", PROVINCE)
    assert asked.due_on == date(2026, 12, 8), "ten working days after a conditional request"
    assert exchange.grants() == []
    assert [entry.action for entry in audit.entries(target=asked.number)] == [GrantRequested.NAME]


def test_an_unconditional_resource_has_to_be_answered_the_next_working_day(ask_for: Ask) -> None:
    assert ask_for(resource=COMPANY, fields=("name",)).due_on == date(2026, 11, 25)


def test_the_source_department_grants_exactly_what_was_asked(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for(row_scope="510100000000", quota=50, rate=5, verify_only=True)
    decided = decide(asked.number, staff.police, noon)
    (grant,) = exchange.grants()
    assert (decided.state, decided.grant) == (RequestState.GRANTED, grant.number)
    for part in (
        "system",
        "resource",
        "fields",
        "purpose",
        "legal_basis",
        "row_scope",
        "quota",
        "rate",
        "verify_only",
        "valid_from",
        "valid_to",
    ):
        assert getattr(grant, part) == getattr(asked, part), part


def test_a_refusal_needs_a_basis_and_gives_no_grant(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for()
    with pytest.raises(RequestInvalid) as refusal:
        decide(asked.number, staff.police, noon, grant=False)
    assert "basis" in refusal.value.fields
    decided = decide(asked.number, staff.police, noon, grant=False, basis="超出办理所需", key="again")
    assert (decided.state, decided.grant, decided.basis) == (RequestState.REFUSED, "", "超出办理所需")
    assert exchange.grants() == []


def test_nobody_decides_their_own_request_even_with_both_roles(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    both = dataclasses.replace(staff.bureau, roles=(*staff.bureau.roles, *staff.police.roles))
    asked = ask_for(acting=both)
    with pytest.raises(FourEyes):
        decide(asked.number, both, noon)


def test_nobody_of_the_asking_department_decides(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for()
    colleague = dataclasses.replace(officer("sj", "colleague"), roles=(*staff.bureau.roles, *staff.police.roles))
    with pytest.raises(FourEyes):
        decide(asked.number, colleague, noon)


def test_only_a_data_officer_of_the_source_decides(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for()
    county = Actor("county", "staff", roles=(RoleGrant("data_officer", staff.civil.roles[0].department, None),))
    clerk = Actor("clerk", "staff", roles=(RoleGrant("clerk", staff.police.roles[0].department, None),))
    for acting in (staff.civil, staff.stranger, county, clerk, SYSTEM):
        with pytest.raises(Forbidden):
            decide(asked.number, acting, noon)
    with pytest.raises(SignInNeeded):
        decide(asked.number, NOBODY, noon)
    assert exchange.request(asked.number).state is RequestState.PENDING


def test_a_request_is_decided_once(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for()
    first = decide(asked.number, staff.police, noon)
    assert decide(asked.number, staff.police, noon) == first, "the same key gives the first answer"
    with pytest.raises(KeyReused):
        decide(asked.number, staff.police, noon, opinion="其他")
    with pytest.raises(AlreadyDecided):
        decide(asked.number, officer("ga", "rival"), noon, grant=False, basis="理由")
    assert len(exchange.grants()) == 1


def test_a_request_that_does_not_exist_looks_like_one_that_is_not_yours(catalogue: None, noon: datetime) -> None:
    with pytest.raises(NotFound):
        exchange.request("01AAAAAAAAAAAAAAAAAAAAAAAA")
    with pytest.raises(NotFound):
        decide("01AAAAAAAAAAAAAAAAAAAAAAAA", officer("ga"), noon)


def test_asking_twice_with_one_key_is_one_request(ask_for: Ask) -> None:
    assert ask_for() == ask_for()
    assert exchange.find_requests(today=date(2026, 11, 24)).total == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fields": ()}, "fields"),
        ({"fields": ("name", "resident_id")}, "fields"),
        ({"valid_to": date(2026, 1, 1), "valid_from": date(2026, 1, 1)}, "valid_to"),
        ({"valid_from": date(2027, 1, 1), "valid_to": date(2026, 12, 1)}, "valid_to"),
        ({"valid_to": date(2036, 1, 1)}, "valid_to"),
        ({"quota": -1}, "quota"),
        ({"rate": -1}, "rate"),
        ({"legal_basis": Text(" ")}, "legal_basis"),
        ({"scenario": Text("")}, "scenario"),
        ({"resource": MARRIAGE, "fields": ("status",), "row_scope": "510100000000"}, "row_scope"),
    ],
)
def test_a_request_that_cannot_stand_says_why(ask_for: Ask, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestInvalid) as refusal:
        ask_for(**changes)
    assert field in refusal.value.fields
    assert not exchange.find_requests(today=date(2026, 11, 24)).total


def test_a_department_cannot_ask_for_another_departments_system(ask_for: Ask, staff: Staff) -> None:
    with pytest.raises(Forbidden):
        ask_for(acting=staff.stranger)


def test_a_department_does_not_ask_itself(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    own = exchange.resource(POPULATION).provider
    exchange.register_system(
        client=f"SHUDAO/GOV/{own}/households",
        name=Text("户籍系统"),
        department=own,
        acting=staff.police,
        now=noon,
        key="s",
    )
    with pytest.raises(RequestInvalid) as refusal:
        ask_for(system=f"SHUDAO/GOV/{own}/households", acting=staff.police)
    assert "system" in refusal.value.fields


def test_what_is_not_shared_cannot_be_asked_for(ask_for: Ask, noon: datetime) -> None:
    secret = dataclasses.replace(exchange.resource(MARRIAGE), share_type=ShareType.REFUSED, basis=Text("档案法"))
    exchange.register_resource(resource=secret, acting=SYSTEM, now=noon, key="secret")
    with pytest.raises(NotShared, match="档案法"):
        ask_for(resource=MARRIAGE, fields=("status",))


def test_a_grant_stands_from_its_first_day_to_its_last(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for(valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 31))
    decide(asked.number, staff.police, noon)
    standing = [
        day
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1))
        if exchange.grants(valid_on=day)
    ]
    assert standing == [date(2026, 12, 1), date(2026, 12, 31)]


def test_a_grant_is_revoked_once_with_a_reason_by_those_who_may(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    number = decide(ask_for().number, staff.police, noon).grant

    def revoke(acting: Actor, reason: str = "超范围使用", key: str = "revoke") -> Any:
        return exchange.revoke(grant=number, reason=reason, acting=acting, now=noon, key=key)

    with pytest.raises(RequestInvalid):
        revoke(staff.police, reason=" ")
    for acting in (staff.civil, staff.bureau):
        with pytest.raises(Forbidden):
            revoke(acting)
    assert revoke(staff.police).revoked_at == noon
    with pytest.raises(AlreadyRevoked):
        revoke(officer("sj", "leader", role=Role.DATA_BUREAU), key="second")
    assert exchange.grants(valid_on=date(2026, 11, 25)) == []
    assert audit.entries(target=number)[0].reason == "超范围使用"


def test_a_system_is_registered_once_and_under_its_own_department(
    catalogue: None, staff: Staff, noon: datetime
) -> None:
    code = staff.stranger.roles[0].department
    assert code is not None

    def register(client: str, acting: Actor = staff.stranger, key: str = "k") -> Any:
        return exchange.register_system(
            client=client, name=Text("运政系统", "Transport"), department=code, acting=acting, now=noon, key=key
        )

    other = staff.police.roles[0].department
    for malformed in (f"SHUDAO/GOV/{other}/x", f"SHUDAO/GOV/{code}/", f"SHUDAO/COM/{code}/x", f"SHUDAO/GOV/{code}/a/b"):
        with pytest.raises(RequestInvalid):
            register(malformed)
    made = register(f"SHUDAO/GOV/{code}/transport")
    assert made == register(f"SHUDAO/GOV/{code}/transport")
    with pytest.raises(Conflict):
        register(f"SHUDAO/GOV/{code}/transport", key="other")
    with pytest.raises(Forbidden):
        register(f"SHUDAO/GOV/{code}/another", acting=staff.police)


def test_a_key_counts_in_its_period_only(catalogue: None, staff: Staff) -> None:
    client, instant = exchange.one_window_client(), now()

    def add(key_id: str, start: int, stop: int, public: bytes = b"k" * 32) -> Any:
        return exchange.add_key(
            client=client,
            key_id=key_id,
            public_key=public,
            valid_from=instant + timedelta(days=start),
            valid_to=instant + timedelta(days=stop),
            acting=staff.bureau,
            now=instant,
            key=key_id,
        )

    add("past", -3, -1)
    add("future", 1, 3)
    assert set(add("present", -1, 1).keys) >= {"present"}
    assert not set(exchange.systems()[0].keys) & {"past", "future"}
    for bad in (("short", 0, 1, b"k"), ("backwards", 1, 0, b"k" * 32)):
        with pytest.raises(RequestInvalid):
            add(*bad)
