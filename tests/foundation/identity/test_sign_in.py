"""Sign-in: slow for guessers, silent about what was wrong, and safe against a planted session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import SignInRefused, SignInThrottled
from shudao.foundation.identity.http.middleware import ActorMiddleware
from shudao.foundation.identity.models import Account, SignInThrottle
from shudao.foundation.identity.rules import throttle
from shudao.kernel.problem import problem
from shudao.kernel.time import fixed, using_clock
from tests.foundation.identity.conftest import PASSWORD, resident_id

pytestmark = pytest.mark.django_db
# Lone surrogates too: JSON can carry them.
TYPED = st.text(st.characters(exclude_categories=()), max_size=80)


def refused(username: str, password: str, **more: Any) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        identity.check_password(username, password, **more)
    return caught.value


def test_the_right_password_says_who_it_is_and_stays_on_record(staff: Callable[..., Actor]) -> None:
    clerk = staff("clerk", "clerk")
    assert identity.check_password("clerk", PASSWORD) == clerk
    assert audit.entries(target=clerk.account)[0].action == "identity.sign_in"


def test_the_last_sign_in_is_told_by_the_clock_of_the_house(
    staff: Callable[..., Actor], account: Callable[..., Actor], noon: datetime
) -> None:
    account("clerk")
    auditor = staff("auditor", "audit_admin")
    with using_clock(fixed(noon)):
        identity.sign_in(_request(), username="clerk", password=PASSWORD)
    (row,) = identity.accounts(acting=auditor, text="clerk").items
    assert row.last_sign_in == noon


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(account: Callable[..., Actor]) -> None:
    account("clerk")
    answers = [problem(refused(name, "wrong password"), trace="t") for name in ("clerk", "nobody-of-this-name")]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("username", ["clerk", "nobody-of-this-name"])
def test_after_so_many_attempts_even_the_right_password_waits_and_then_passes(
    username: str, account: Callable[..., Actor], noon: datetime
) -> None:
    account("clerk")
    for _ in range(throttle.ATTEMPTS_FOR_AN_ACCOUNT):
        refused(username, "wrong password", now=noon)
    with pytest.raises(SignInThrottled) as closed:
        identity.check_password(username, PASSWORD, now=noon + timedelta(minutes=5))
    assert closed.value.details == {"minutes": 10}
    assert "10 分钟" in str(problem(closed.value, trace="t")["detail"])
    later = noon + throttle.CLOSED_FOR
    if username == "clerk":
        assert identity.check_password(username, PASSWORD, now=later).name == "Clerk"
    else:
        refused(username, PASSWORD, now=later)


def test_success_takes_the_earlier_attempts_back(account: Callable[..., Actor], noon: datetime) -> None:
    account("clerk")
    for _ in range(3):
        for _ in range(throttle.ATTEMPTS_FOR_AN_ACCOUNT - 1):
            refused("clerk", "wrong password", now=noon)
        identity.check_password("clerk", PASSWORD, now=noon)


def test_one_address_cannot_try_many_names_and_others_are_not_locked_out(
    account: Callable[..., Actor], noon: datetime
) -> None:
    account("clerk")
    for attempt in range(throttle.ATTEMPTS_FROM_AN_ADDRESS):
        refused(f"name-{attempt}", "wrong password", address="192.0.2.1", now=noon)
    with pytest.raises(SignInThrottled):
        identity.check_password("clerk", PASSWORD, address="192.0.2.1", now=noon)
    assert identity.check_password("clerk", PASSWORD, address="192.0.2.2", now=noon).name == "Clerk"


def test_a_busy_office_behind_one_address_is_never_closed_by_its_successes(
    account: Callable[..., Actor], noon: datetime
) -> None:
    account("clerk")
    for _ in range(throttle.ATTEMPTS_FROM_AN_ADDRESS + 5):
        identity.check_password("clerk", PASSWORD, address="192.0.2.1", now=noon)


def test_a_resident_id_typed_as_the_user_name_is_not_kept(noon: datetime) -> None:
    refused(resident_id(1), "wrong password", address="192.0.2.1", now=noon)
    kept = "".join(SignInThrottle.objects.values_list("subject", flat=True))
    assert len(kept) == 2 * 64
    assert resident_id(1).lower() not in kept
    assert "192.0.2.1" not in kept


def test_what_was_counted_long_ago_is_forgotten(noon: datetime) -> None:
    refused("old", "wrong password", now=noon - timedelta(days=1))
    refused("new", "wrong password", now=noon)
    assert SignInThrottle.objects.count() == 1


@given(TYPED, TYPED)
def test_whatever_is_typed_is_refused_in_the_same_way(username: str, password: str) -> None:
    SignInThrottle.objects.all().delete()
    refused(username, password)


def _request(cookie: str = "") -> HttpRequest:
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR="192.0.2.7")
    if cookie:
        request.COOKIES["sessionid"] = cookie
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    request.user = AnonymousUser()
    return request


def test_a_session_planted_before_the_sign_in_is_worth_nothing_afterwards(account: Callable[..., Actor]) -> None:
    account("clerk")
    planted = _request()
    planted.session["something"] = "planted"
    planted.session.save()
    old = planted.session.session_key
    request = _request(cookie=old)
    assert identity.sign_in(request, username="clerk", password=PASSWORD).name == "Clerk"
    assert request.actor.name == "Clerk"  # type: ignore[attr-defined]
    assert request.session.session_key != old
    assert not request.session.exists(old)
    identity.sign_out(request)
    assert request.actor == NOBODY  # type: ignore[attr-defined]


def test_every_request_says_who_acts(staff: Callable[..., Actor], django_assert_num_queries: Any) -> None:
    clerk = staff("clerk", "clerk")
    seen: list[Actor] = []
    middleware = ActorMiddleware(lambda request: seen.append(request.actor) or HttpResponse())  # type: ignore[attr-defined, func-returns-value]
    stranger = _request()
    with django_assert_num_queries(0):
        middleware(stranger)
    signed = _request(cookie="anything")
    signed.user = Account.objects.get(public_id=clerk.account)
    middleware(signed)
    assert seen == [NOBODY, clerk]


def test_rights_taken_are_gone_at_the_next_request(staff: Callable[..., Actor], noon: datetime) -> None:
    clerk = staff("clerk", "clerk")
    user = Account.objects.get(public_id=clerk.account)
    assert identity.has_role(identity.actor_of_user(user), "clerk")
    user.grants.all().delete()
    assert not identity.has_role(identity.actor_of_user(user), "clerk")
