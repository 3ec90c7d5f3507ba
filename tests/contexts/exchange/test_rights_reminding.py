"""A caller is told thirty and seven days before a grant ends, once each, with the way to renew it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Grant, ShareRequest
from shudao.foundation.messages import api as messages
from tests.contexts.exchange.conftest import POPULATION, Staff
from tests.contexts.exchange.test_rights import decide, leader

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(ask_for: Callable[..., ShareRequest], staff: Staff, noon: datetime) -> Grant:
    """One that ends in sixty days."""
    asked = ask_for(valid_to=noon.date() + timedelta(days=60))
    return exchange.grant(decide(asked, staff.police, noon).grant)


def told(grant: Grant) -> list[str]:
    mailbox = grant.system.split("/")[2]
    return [one.body.zh for one in messages.inbox(mailbox, about=grant.number).items]


def test_twice_and_never_again(grant: Grant, noon: datetime) -> None:
    sent = []
    for left in (31, 30, 30, 29, 8, 7, 6, 1, 0, -1):
        exchange.remind_of_ends(now=noon + timedelta(days=60 - left))
        sent.append(len(told(grant)))
    assert sent == [0, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert all(f"/office/resources/{POPULATION}/ask/?renews={grant.number}" in body for body in told(grant))


def test_who_has_asked_for_the_next_one_is_left_alone(
    grant: Grant, ask_for: Callable[..., ShareRequest], staff: Staff, noon: datetime
) -> None:
    soon = noon + timedelta(days=40)
    start = grant.valid_to + timedelta(days=1)
    renewal = ask_for(renews=grant.number, valid_from=start, valid_to=start, key="renew", now=soon)
    assert exchange.remind_of_ends(now=soon) == 0
    decide(renewal, staff.police, soon, grant=False, basis="不再符合")
    assert exchange.remind_of_ends(now=soon) == 1, "a refused renewal renews nothing"


def test_what_ended_before_its_time_is_no_matter(grant: Grant, staff: Staff, noon: datetime) -> None:
    exchange.suspend(grant=grant.number, until=grant.valid_to, reason="核查", acting=leader(), now=noon, key="s")
    assert exchange.remind_of_ends(now=noon + timedelta(days=40)) == 1, "a suspended one ends too"
    exchange.revoke(grant=grant.number, reason="不再需要", acting=staff.police, now=noon, key="r")
    assert exchange.remind_of_ends(now=noon + timedelta(days=55)) == 0
