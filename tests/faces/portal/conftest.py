"""The small world of cases, seen through a browser's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.faces.design.places import COOKIE
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.regions import api as regions
from shudao.kernel import time
from tests.contexts.matters.places import WUHOU, two_counties
from tests.support.cases import POPULATION, World, answering, build

SignedIn = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def _at_noon(noon: datetime) -> Iterator[None]:
    """Pages read the kernel's clock."""
    with time.using_clock(time.fixed(noon)):
        yield


@pytest.fixture(scope="session")
def two_places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two counties."""
    return two_counties(tmp_path_factory.mktemp("places"))


@pytest.fixture
def world(
    settings: Any, monkeypatch: pytest.MonkeyPatch, two_places: Path, tmp_path: Path, noon: datetime, db: None
) -> Iterator[World]:
    """Two counties in which cases are handled, with a gateway that answers."""
    settings.KEYS_ROOT, settings.FILES_ROOT = tmp_path / "keys", tmp_path / "files"
    known = {POPULATION.code: POPULATION}
    monkeypatch.setattr(
        exchange, "find_resources", lambda codes: {code: known[code] for code in codes if code in known}
    )
    monkeypatch.setattr(exchange, "ask", answering(name="李秀兰", hukou_address="四川省成都市武侯区幸福路1号"))
    yield build(tmp_path, noon, places=two_places)
    regions.forget()


def browser() -> Client:
    """A browser in Wuhou that reads Chinese."""
    client = Client(headers={"accept": "text/html"})
    client.cookies[COOKIE] = WUHOU
    client.cookies["django_language"] = "zh-hans"
    return client


@pytest.fixture
def visitor(world: World) -> Client:
    """Somebody who has not signed in."""
    return browser()


@pytest.fixture
def signed_in(world: World) -> SignedIn:
    """A browser in which this account is signed in."""

    def do(actor: Actor) -> Client:
        client = browser()
        client.force_login(get_user_model().objects.get(public_id=actor.account))
        return client

    return do
