"""A right is given in part, by two officers, in time; it is renewed, suspended, given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import (
    AlreadyDecided,
    AlreadyRevoked,
    FourEyes,
    NotExtendable,
    RequestInvalid,
    SecondOfficer,
)
from shudao.contexts.exchange.contracts.rights import Ending, Given, RequestState, ShareRequest
from shudao.contexts.exchange.rules import rights
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.clocks.contracts import TooLateToExtend
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden
from tests.contexts.exchange.conftest import COMPANY, POPULATION, Staff, officer

pytestmark = pytest.mark.django_db
Ask = Callable[..., ShareRequest]


def decide(asked: ShareRequest, acting: Actor, now: datetime, **rest: Any) -> ShareRequest:
    parts = {"grant": True, "opinion": "同意", "key": f"{asked.number}{acting.account}"} | rest
    return exchange.decide_request(number=asked.number, acting=acting, now=now, **parts)


def part(asked: ShareRequest, **changes: Any) -> Given:
    return replace(rights.as_asked(asked), **changes)


def leader() -> Actor:
    return officer("sj", "leader", role=Role.DATA_BUREAU)


def test_less_than_asked_is_given_and_the_asker_sees_the_difference(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for(quota=100)
    less = part(asked, fields=("name",), quota=10, verify_only=True, row_scope="510100000000")
    decided = decide(asked, staff.police, noon, given=less, opinion="只需核验姓名")
    assert decided.fields == asked.fields, "what was asked stays as it was asked"
    assert decided.given == less
    assert decided.narrowed == ("fields", "row_scope", "quota", "verify_only")
    (grant,) = exchange.grants()
    assert (grant.fields, grant.quota, grant.verify_only, grant.row_scope) == (("name",), 10, True, "510100000000")


def test_never_more_and_never_less_without_a_word(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for(fields=("name",), quota=5)
    for changes, name in (
        ({"fields": ("name", "birth_date")}, "fields"),
        ({"quota": 6}, "quota"),
        ({"quota": 0}, "quota"),
        ({"valid_to": asked.valid_to + timedelta(days=1)}, "valid_to"),
    ):
        with pytest.raises(RequestInvalid) as refusal:
            decide(asked, staff.police, noon, given=part(asked, **changes), key=name + str(changes))
        assert name in refusal.value.fields
    with pytest.raises(RequestInvalid) as refusal:
        decide(asked, staff.police, noon, given=part(asked, quota=1), opinion=" ")
    assert "opinion" in refusal.value.fields
    assert exchange.grants() == []


@pytest.fixture
def secret(ask_for: Ask, noon: datetime) -> ShareRequest:
    entry = exchange.resource(POPULATION)
    models.Resource.objects.filter(code=entry.code).update(sensitivity=4)
    return ask_for()


class TestTwoOfficers:
    def test_the_second_confirms_what_the_first_proposed(
        self, secret: ShareRequest, staff: Staff, noon: datetime
    ) -> None:
        less = part(secret, fields=("name",))
        first = decide(secret, staff.police, noon, given=less, opinion="只给姓名")
        assert (first.state, first.given, first.proposed_by) == (RequestState.PROPOSED, less, staff.police.account)
        assert exchange.grants() == []
        with pytest.raises(SecondOfficer):
            decide(secret, staff.police, noon, key="again")
        with pytest.raises(RequestInvalid):
            decide(secret, officer("ga", "second"), noon, given=part(secret), key="more")
        done = decide(secret, officer("ga", "second"), noon)
        assert (done.state, done.given) == (RequestState.GRANTED, less)
        assert exchange.grants()[0].fields == ("name",)

    def test_the_second_may_refuse_and_the_first_alone_may_too(
        self, secret: ShareRequest, staff: Staff, noon: datetime
    ) -> None:
        decide(secret, staff.police, noon)
        refused = decide(secret, officer("ga", "second"), noon, grant=False, basis="超出需要")
        assert (refused.state, exchange.grants()) == (RequestState.REFUSED, [])

    def test_nobody_of_the_asking_department_is_the_second(
        self, secret: ShareRequest, staff: Staff, noon: datetime
    ) -> None:
        decide(secret, staff.police, noon)
        both = replace(officer("ga", "both"), roles=(*officer("ga").roles, *staff.bureau.roles))
        with pytest.raises(FourEyes):
            decide(secret, both, noon)

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "granted", "decided_by": "one"},
            {"state": "granted", "decided_by": "one", "proposed_by": "one"},
            {"state": "proposed"},
            {"state": "proposed", "proposed_by": "data_officer-sj"},
            {"state": "withdrawn"},
        ],
    )
    def test_the_database_refuses_it_too(self, secret: ShareRequest, changes: dict[str, str]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            models.ShareRequest.objects.filter(number=secret.number).update(**changes)


class TestClocks:
    def test_the_reply_is_a_duty_that_the_decision_closes(self, ask_for: Ask, staff: Staff, noon: datetime) -> None:
        asked = ask_for()
        duty = duties.get(asked.reply_duty)
        assert (duty.kind, duty.owner, duty.due_on) == ("exchange.reply", asked.provider, asked.due_on)
        assert not asked.overdue(asked.due_on)
        assert asked.overdue(asked.due_on + timedelta(days=1))
        decide(asked, staff.police, noon)
        closed = duties.get(asked.reply_duty)
        assert (closed.state, closed.closing["decision"]) == (DutyState.CLOSED, "granted")

    def test_consent_opens_the_duty_to_supply_within_twenty_working_days(
        self, ask_for: Ask, staff: Staff, noon: datetime
    ) -> None:
        decide(ask_for(), staff.police, noon)
        (grant,) = exchange.grants()
        assert grant.supply_due_on == date(2026, 12, 22)
        (owed,) = duties.listing(kind="exchange.supply").items
        assert (owed.subject, owed.due_on) == (grant.number, grant.supply_due_on)
        assert grant.supply_overdue(date(2026, 12, 23))
        assert not grant.supply_overdue(date(2026, 12, 22))
        exchange.revoke(grant=grant.number, reason="不再需要", acting=staff.police, now=noon, key="r")
        assert duties.get(owed.number).closing == {"ended": "withdrawn"}

    def test_the_duty_to_supply_ends_when_the_data_can_be_asked_for(
        self, ask_for: Ask, staff: Staff, noon: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decide(ask_for(), staff.police, noon)
        (owed,) = duties.listing(kind="exchange.supply").items
        counted = {"population": 0}
        monkeypatch.setattr(pool, "counts", lambda: counted)
        assert exchange.note_supply(now=noon) == 0
        counted["population"] = 12
        assert exchange.note_supply(now=noon) == 1
        assert exchange.note_supply(now=noon) == 0, "once"
        (grant,) = exchange.grants()
        assert grant.supplied_at == noon
        assert not grant.supply_overdue(grant.valid_to)
        assert duties.get(owed.number).closing == {"dataset": "population"}

    def test_a_conditional_reply_is_extended_once_with_a_reason(
        self, ask_for: Ask, staff: Staff, noon: datetime
    ) -> None:
        asked = ask_for()

        def extend(acting: Actor = staff.police, reason: str = "需会商", key: str = "e", at: datetime = noon) -> Any:
            return exchange.extend_reply(number=asked.number, reason=reason, acting=acting, now=at, key=key)

        with pytest.raises(RequestInvalid):
            extend(reason=" ")
        with pytest.raises(Forbidden):
            extend(acting=staff.bureau)
        with pytest.raises(TooLateToExtend):
            extend(at=noon + timedelta(days=30), key="late")
        longer = extend()
        assert (longer.due_on, longer.extended_why) == (date(2026, 12, 22), "需会商")
        assert duties.get(asked.reply_duty).due_on == longer.due_on
        with pytest.raises(NotExtendable):
            extend(key="twice")

    def test_an_unconditional_reply_is_not_extended(self, ask_for: Ask, staff: Staff, noon: datetime) -> None:
        asked = ask_for(resource=COMPANY, fields=("name",))
        with pytest.raises(NotExtendable):
            exchange.extend_reply(number=asked.number, reason="忙", acting=staff.market, now=noon, key="e")


class TestEnding:
    def test_the_asker_takes_a_pending_request_back(self, ask_for: Ask, staff: Staff, noon: datetime) -> None:
        asked = ask_for()
        how = {"number": asked.number, "reason": "不再需要", "now": noon, "key": "w"}
        with pytest.raises(Forbidden):
            exchange.withdraw_request(acting=staff.police, **how)
        gone = exchange.withdraw_request(acting=staff.bureau, **how)
        assert (gone.state, gone.withdrawn_why) == (RequestState.WITHDRAWN, "不再需要")
        assert duties.get(asked.reply_duty).state is DutyState.CLOSED
        with pytest.raises(AlreadyDecided):
            decide(asked, staff.police, noon)

    def test_the_caller_gives_a_grant_back(self, ask_for: Ask, staff: Staff, noon: datetime) -> None:
        number = decide(ask_for(), staff.police, noon).grant
        with pytest.raises(Forbidden):
            exchange.give_back(grant=number, reason="用完", acting=staff.civil, now=noon, key="b")
        ended = exchange.give_back(grant=number, reason="用完", acting=staff.bureau, now=noon, key="b")
        assert (ended.ended_as, ended.revoked_at) == (Ending.RETURNED, noon)
        with pytest.raises(AlreadyRevoked):
            exchange.revoke(grant=number, reason="晚了", acting=staff.police, now=noon, key="r")

    def test_the_bureau_suspends_until_a_day_and_the_gateway_knows(
        self, ask_for: Ask, staff: Staff, noon: datetime
    ) -> None:
        number = decide(ask_for(), staff.police, noon).grant
        assert exchange.publish_snapshot(now=noon).grants == 1
        how: dict[str, Any] = {"grant": number, "reason": "核查用途", "now": noon}
        with pytest.raises(Forbidden):
            exchange.suspend(until=date(2026, 12, 1), acting=staff.police, key="s", **how)
        for bad in (date(2026, 11, 23), date(2030, 1, 1)):
            with pytest.raises(RequestInvalid):
                exchange.suspend(until=bad, acting=leader(), key=f"s{bad}", **how)
        held = exchange.suspend(until=date(2026, 12, 1), acting=leader(), key="s", **how)
        assert held.suspended(date(2026, 12, 1))
        assert not held.suspended(date(2026, 12, 2))
        assert exchange.publish_snapshot(now=noon).grants == 0
        assert exchange.publish_snapshot(now=noon + timedelta(days=8)).grants == 1
        exchange.suspend(until=None, acting=leader(), key="lift", **how)
        assert exchange.publish_snapshot(now=noon).grants == 1


def test_a_renewal_begins_the_day_after_and_there_is_one(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    ends = noon.date() + timedelta(days=20)
    number = decide(ask_for(valid_to=ends), staff.police, noon).grant
    how: dict[str, Any] = {"renews": number, "valid_to": ends + timedelta(days=365)}
    for start in (ends, ends + timedelta(days=2)):
        with pytest.raises(RequestInvalid) as refusal:
            ask_for(valid_from=start, key=f"r{start}", **how)
        assert "valid_from" in refusal.value.fields
    renewal = ask_for(valid_from=ends + timedelta(days=1), key="renew", **how)
    with pytest.raises(RequestInvalid) as refusal:
        ask_for(valid_from=ends + timedelta(days=1), key="twice", **how)
    assert "renews" in refusal.value.fields
    with pytest.raises(RequestInvalid):
        decide(renewal, staff.police, noon, given=part(renewal, valid_from=ends + timedelta(days=5)), key="gap")
    decide(renewal, staff.police, noon)
    new, old = exchange.grants()
    assert (new.renews, new.valid_from - old.valid_to) == (number, timedelta(days=1))
    assert [exchange.grants(valid_on=day) for day in (ends, ends + timedelta(days=1))] == [[old], [new]]


def test_a_renewal_of_what_has_ended_is_not_granted(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    ends = noon.date() + timedelta(days=20)
    number = decide(ask_for(valid_to=ends), staff.police, noon).grant
    start = ends + timedelta(days=1)
    renewal = ask_for(renews=number, valid_from=start, valid_to=start, key="renew")
    exchange.revoke(grant=number, reason="滥用", acting=staff.police, now=noon, key="r")
    with pytest.raises(RequestInvalid):
        decide(renewal, staff.police, noon)
    assert decide(renewal, staff.police, noon, grant=False, basis="滥用", key="no").state is RequestState.REFUSED


def test_the_platform_itself_never_decides(ask_for: Ask, noon: datetime) -> None:
    with pytest.raises(Forbidden):
        decide(ask_for(), SYSTEM, noon)
