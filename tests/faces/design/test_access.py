"""The door of every page."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from shudao.faces.design.access import Access, allow
from shudao.foundation.audit.contracts import NOBODY, Actor, RoleGrant
from shudao.kernel.errors import Forbidden, SignInNeeded

CLERK = Actor(account="A", kind="staff", roles=(RoleGrant("clerk", None, None),))
PERSON = Actor(account="B", kind="person", person="p")


def opened(actor: Actor, *roles: str, **rule: bool) -> int:
    @allow(*roles, **rule)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    request: Any = RequestFactory().get("/")
    request.actor = actor
    return view(request).status_code  # type: ignore[return-value]


@pytest.mark.parametrize("actor", [NOBODY, PERSON, CLERK])
def test_everybody_enters_a_public_page(actor: Actor) -> None:
    assert opened(actor, public=True) == 200


def test_signed_in_pages_ask_strangers_to_sign_in() -> None:
    assert opened(PERSON, signed_in=True) == 200
    with pytest.raises(SignInNeeded):
        opened(NOBODY, signed_in=True)


def test_any_of_the_roles_suffices_and_others_are_refused() -> None:
    assert opened(CLERK, "reviewer", "clerk") == 200
    with pytest.raises(Forbidden):
        opened(CLERK, "reviewer")
    with pytest.raises(Forbidden):
        opened(PERSON, "clerk")
    with pytest.raises(SignInNeeded):
        opened(NOBODY, "clerk")


@pytest.mark.parametrize("rule", [{}, {"public": True, "signed_in": True}])
def test_a_view_has_exactly_one_rule(rule: dict[str, bool]) -> None:
    with pytest.raises(ValueError, match="a view is for"):
        allow(**rule)
    with pytest.raises(ValueError, match="a view is for"):
        allow("clerk", public=True)


def test_the_rule_can_be_read_off_the_view() -> None:
    assert allow("clerk")(lambda request: HttpResponse()).access == Access(("clerk",))  # type: ignore[attr-defined]


def test_every_page_of_the_portal_carries_a_rule() -> None:
    from shudao.faces.portal.urls import urlpatterns

    assert all(isinstance(getattr(one.callback, "access", None), Access) for one in urlpatterns)
