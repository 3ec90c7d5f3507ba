"""The small world of cases, seen through a browser's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shudao.faces.design.places import COOKIE
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time
from tests.contexts.cases.conftest import gateway, homes, world  # noqa: F401  fixtures of the room below
from tests.contexts.matters.places import WUHOU
from tests.support.cases import World

SignedIn = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def _at_noon(noon: object) -> Iterator[None]:
    """Pages read the kernel's clock."""
    with time.using_clock(time.fixed(noon)):  # type: ignore[arg-type]
        yield


def browser() -> Client:
    """A browser in Wuhou that reads Chinese."""
    client = Client(headers={"accept": "text/html"})
    client.cookies[COOKIE] = WUHOU
    client.cookies["django_language"] = "zh-hans"
    return client


@pytest.fixture
def visitor(world: World) -> Client:  # noqa: F811
    """Somebody who has not signed in."""
    return browser()


@pytest.fixture
def signed_in(world: World) -> SignedIn:  # noqa: F811
    """A browser in which this account is signed in."""

    def do(actor: Actor) -> Client:
        client = browser()
        client.force_login(get_user_model().objects.get(public_id=actor.account))
        return client

    return do
