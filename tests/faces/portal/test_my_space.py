"""Pages of whoever is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shudao.contexts.exchange import api as exchange
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import World

MINE = ("/my/", "/my/cases/", "/my/drafts/", "/my/licences/", "/my/messages/", "/my/data-use/")


@pytest.fixture(autouse=True)
def _no_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "disclosures", lambda *_asked, **_more: [])


@pytest.mark.parametrize("address", MINE)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_opens_empty_and_filled(signed_in: SignedIn, world: World, address: str, language: str) -> None:
    li = signed_in(world.li)
    li.cookies["django_language"] = language
    assert li.get(address).status_code == 200
    world.draft()
    world.decided()
    assert li.get(address).status_code == 200


@pytest.mark.parametrize("address", MINE)
def test_it_asks_strangers_to_sign_in(visitor: Any, address: str) -> None:
    assert visitor.get(address).headers["Location"].startswith("/sign-in/?next=%2Fmy%2F")


def test_cases_licences_and_messages_are_shown(signed_in: SignedIn, world: World) -> None:
    row = world.decided()
    li = signed_in(world.li)
    assert row.number in li.get("/my/cases/").text
    assert row.licence in li.get("/my/licences/").text
    assert "出生医学证明" in li.get("/my/messages/").text
    li.post("/my/messages/")
    assert "sd-count" not in li.get("/my/").text


@pytest.mark.parametrize("address", ["/my/cases/", "/my/messages/", "/my/licences/"])
def test_a_longer_list_asks_the_database_no_more_often(signed_in: SignedIn, world: World, address: str) -> None:
    li = signed_in(world.li)
    world.decided()
    few = _queries(li, address)
    for _ in range(4):
        world.decided()
    assert _queries(li, address) == few


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_another_companys_cases_are_not_to_be_had(signed_in: SignedIn, world: World) -> None:
    assert signed_in(world.li).get("/my/cases/?company=915199010000000001").status_code == 404
