"""Systems: whose office answers, whether they may call, how their keys end and who is told before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.refusals import (
    HeldByBureau,
    KeyAlreadyRevoked,
    KeyUnknown,
    RequestInvalid,
    SystemOut,
    SystemRetired,
)
from shudao.contexts.exchange.contracts.registry import KEY_DUTY, Contact, SystemState
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import Duty, DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.messages import api as messages
from shudao.kernel.errors import Forbidden
from shudao.kernel.texts import Text
from shudao.kernel.time import fixed, local_date, using_clock
from shudao.plane import snapshot as plane
from tests.contexts.exchange.conftest import MARRIAGE, PROVINCE, Staff, officer

pytestmark = pytest.mark.django_db
OFFICE = Contact("信息处", "028-12345678", "xxc@ga.example")
DAY = timedelta(days=1)
AddKey = Callable[..., None]


@pytest.fixture
def police() -> str:
    return identity.department_code("ga", PROVINCE)


@pytest.fixture
def client_id(catalogue: None, police: str, noon: datetime) -> str:
    """A system of the police, without a key."""
    client = f"SHUDAO/GOV/{police}/hukou"
    exchange.register_system(
        client=client, name=Text("户政系统"), department=police, acting=officer("ga"), now=noon, key="hukou"
    )
    return client


@pytest.fixture
def add_key(client_id: str, noon: datetime) -> AddKey:
    def do(key_id: str, ends: datetime) -> None:
        exchange.add_key(
            client=client_id,
            key_id=key_id,
            public_key=key_id.encode().ljust(32, b"-"),
            valid_from=noon - DAY,
            valid_to=ends,
            acting=SYSTEM,
            now=noon,
            key=key_id,
        )

    return do


def change(client: str, state: SystemState, acting: Actor, now: datetime, reason: str = "检修") -> None:
    key = f"{state}-{acting.account}-{now}"
    exchange.set_system_state(client=client, state=state, reason=reason, acting=acting, now=now, key=key)


def told(settings: Any) -> dict[str, list[str]]:
    """Client → key ids, as the gateway reads them."""
    found = plane.read(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())
    return {one.client: [key.id for key in one.keys] for one in found.systems}


def test_an_office_answers_for_a_system(client_id: str, staff: Staff, noon: datetime) -> None:
    exchange.set_contact(client=client_id, contact=OFFICE, acting=staff.police, now=noon, key="c")
    assert exchange.system(client_id).contact == OFFICE
    assert audit.entries(target=client_id)[0].after["phone"] == OFFICE.phone


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact("", OFFICE.phone, OFFICE.mail), "contact_name"),
        (Contact("处", "电话", OFFICE.mail), "contact_phone"),
        (Contact("处", OFFICE.phone, "xxc"), "contact_mail"),
        (Contact("处", OFFICE.phone, "a@b.example\nBcc: c@d.example"), "contact_mail"),
    ],
)
def test_a_contact_has_all_its_parts(
    client_id: str, staff: Staff, noon: datetime, contact: Contact, field: str
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        exchange.set_contact(client=client_id, contact=contact, acting=staff.police, now=noon, key="c")
    assert list(refused.value.fields) == [field]


@pytest.mark.django_db(transaction=True)
def test_a_suspended_system_is_gone_from_the_snapshot_and_back_when_it_may_call_again(
    client_id: str, add_key: AddKey, staff: Staff, noon: datetime, settings: Any
) -> None:
    add_key("k1", noon + 400 * DAY)
    assert told(settings)[client_id] == ["k1"]
    change(client_id, SystemState.SUSPENDED, staff.police, noon)
    assert client_id not in told(settings)
    shown = exchange.system(client_id)
    assert (shown.active, shown.state, shown.state_why) == (False, SystemState.SUSPENDED, "检修")
    change(client_id, SystemState.ACTIVE, staff.police, noon)
    assert told(settings)[client_id] == ["k1"]


def test_what_the_bureau_suspended_the_department_cannot_let_call_again(
    client_id: str, staff: Staff, noon: datetime
) -> None:
    bureau = officer("sj", role=Role.DATA_BUREAU)
    change(client_id, SystemState.SUSPENDED, bureau, noon)
    with pytest.raises(HeldByBureau):
        change(client_id, SystemState.ACTIVE, staff.police, noon)
    change(client_id, SystemState.ACTIVE, bureau, noon)
    assert exchange.system(client_id).active


def test_a_retired_system_stays_so_and_takes_no_key(
    client_id: str, add_key: AddKey, staff: Staff, noon: datetime
) -> None:
    change(client_id, SystemState.RETIRED, staff.police, noon)
    with pytest.raises(SystemRetired):
        change(client_id, SystemState.ACTIVE, staff.police, noon)
    with pytest.raises(SystemRetired):
        add_key("k1", noon + 400 * DAY)


def test_only_those_who_keep_a_system_change_it_and_say_why(client_id: str, staff: Staff, noon: datetime) -> None:
    with pytest.raises(Forbidden):
        change(client_id, SystemState.SUSPENDED, staff.stranger, noon)
    with pytest.raises(RequestInvalid):
        change(client_id, SystemState.SUSPENDED, staff.police, noon, reason=" ")


@pytest.mark.django_db(transaction=True)
def test_a_revoked_key_opens_nothing_any_more(
    client_id: str, add_key: AddKey, staff: Staff, noon: datetime, settings: Any
) -> None:
    add_key("k1", noon + 400 * DAY)
    add_key("k2", noon + 500 * DAY)
    how = {"client": client_id, "reason": "遗失", "acting": staff.police, "now": noon}
    exchange.revoke_key(key_id="k2", key="r", **how)
    assert told(settings)[client_id] == ["k1"]
    ended = next(one for one in exchange.system_keys(client_id) if one.id == "k2")
    assert (ended.valid_to, ended.revoked_at, ended.revoked_why) == (noon, noon, "遗失")
    with pytest.raises(KeyAlreadyRevoked):
        exchange.revoke_key(key_id="k2", key="again", **how)
    with pytest.raises(KeyUnknown):
        exchange.revoke_key(key_id="of-another", key="other", **how)


def open_duties(client: str) -> list[Duty]:
    return list(duties.listing(kind=KEY_DUTY, subject=client, state=DutyState.OPEN).items)


@pytest.mark.parametrize(("days", "owes"), [(31, False), (30, True), (1, True)])
def test_the_owner_owes_a_new_key_thirty_days_before_the_last_one_ends(
    client_id: str, add_key: AddKey, police: str, noon: datetime, days: int, owes: bool
) -> None:
    add_key("k1", noon + days * DAY)
    assert exchange.warn_of_keys(now=noon) == owes
    found = open_duties(client_id)
    assert [(one.owner, one.due_on) for one in found] == [(police, local_date(noon + days * DAY))] * owes


def test_it_is_told_thirty_seven_and_one_days_before_each_once(
    client_id: str, add_key: AddKey, police: str, noon: datetime
) -> None:
    add_key("k1", noon + 40 * DAY)
    counts = []
    for passed in (9, 10, 20, 33, 34, 39, 39):
        with using_clock(fixed(noon + passed * DAY)):
            exchange.warn_of_keys(now=noon + passed * DAY)
        counts.append(messages.inbox(police, about=client_id).total)
    assert counts == [0, 1, 1, 2, 2, 3, 3]
    assert len(open_duties(client_id)) == 1


def test_a_newer_key_ends_the_duty_and_its_revocation_brings_it_back(
    client_id: str, add_key: AddKey, staff: Staff, noon: datetime
) -> None:
    add_key("k1", noon + 5 * DAY)
    assert len(open_duties(client_id)) == 1
    add_key("k2", noon + 400 * DAY)
    assert not open_duties(client_id)
    exchange.revoke_key(client=client_id, key_id="k2", reason="遗失", acting=staff.police, now=noon, key="r")
    assert [one.evidence["key"] for one in open_duties(client_id)] == ["k1"]


def test_a_retired_system_owes_nothing(client_id: str, add_key: AddKey, staff: Staff, noon: datetime) -> None:
    add_key("k1", noon + 5 * DAY)
    change(client_id, SystemState.RETIRED, staff.police, noon)
    assert not open_duties(client_id)
    assert exchange.warn_of_keys(now=noon) == 0


def test_a_suspended_system_asks_for_nothing(
    client_id: str, ask_for: Callable[..., ShareRequest], staff: Staff, noon: datetime
) -> None:
    change(client_id, SystemState.SUSPENDED, staff.police, noon)
    with pytest.raises(SystemOut):
        ask_for(system=client_id, resource=MARRIAGE, fields=("status",), acting=staff.police)
