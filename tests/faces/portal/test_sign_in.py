"""Signing in, where it leads, and out again."""

from __future__ import annotations

import pytest
from django.test import Client

from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from tests.support.cases import World

PASSWORD = "a-long-enough-word-7"


@pytest.fixture
def known(world: World) -> World:
    """The applicant and the clerk have passwords."""
    for actor in (world.li, world.clerk):
        identity.set_password(account=actor.account, password=PASSWORD, acting=SYSTEM, now=world.now)
    return world


def sent(client: Client, username: str, password: str = PASSWORD, back: str = "") -> object:
    return client.post("/sign-in/", {"username": username, "password": password, "next": back})


def test_an_applicant_comes_to_their_space_and_a_clerk_to_the_window(visitor: Client, known: World) -> None:
    assert sent(visitor, "li").headers["Location"] == "/my/"  # type: ignore[attr-defined]
    assert "李秀兰" in visitor.get("/").text
    visitor.post("/sign-out/")
    assert sent(visitor, "clerk").headers["Location"] == "/window/"  # type: ignore[attr-defined]


def test_it_leads_back_to_where_one_was_and_never_to_another_site(visitor: Client, known: World) -> None:
    assert sent(visitor, "li", back="/my/licences/").headers["Location"] == "/my/licences/"  # type: ignore[attr-defined]
    assert sent(visitor, "li", back="//evil.example").headers["Location"] == "/my/"  # type: ignore[attr-defined]


def test_a_wrong_password_and_an_unknown_name_look_alike(visitor: Client, known: World) -> None:
    wrong, unknown = sent(visitor, "li", "wrong"), sent(visitor, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 422  # type: ignore[attr-defined]
    assert "用户名或密码不正确" in wrong.text  # type: ignore[attr-defined]
    assert "用户名或密码不正确" in unknown.text  # type: ignore[attr-defined]


def test_nothing_typed_is_said_beside_each_field(visitor: Client, known: World) -> None:
    page = visitor.post("/sign-in/", {})
    assert page.status_code == 422
    assert 'href="#f-username"' in page.text
    assert 'href="#f-password"' in page.text


def test_signing_out_closes_ones_space_and_needs_a_form(visitor: Client, known: World) -> None:
    sent(visitor, "li")
    assert visitor.get("/sign-out/").status_code == 405
    assert visitor.get("/my/").status_code == 200
    visitor.post("/sign-out/")
    assert visitor.get("/my/").status_code == 302
