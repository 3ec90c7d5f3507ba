"""Those who keep the house running: in the small world of cases, and in a province with a catalogue of data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from tests.contexts.exchange.conftest import PROVINCE, catalogue, extract, roots, sichuan
from tests.faces.portal.conftest import _at_noon, browser, signed_in, two_places, visitor, world
from tests.support.cases import staff

__all__ = ["_at_noon", "catalogue", "extract", "roots", "sichuan", "signed_in", "two_places", "visitor", "world"]

Officer = Callable[..., tuple[Actor, Client]]


@pytest.fixture
def officer(catalogue: None, noon: datetime) -> Officer:
    """An officer of the province's body of a kind, with a browser in which they are signed in."""

    def do(kind: str, role: Role = Role.DATA_OFFICER, name: str = "") -> tuple[Actor, Client]:
        department = identity.department_code(kind, PROVINCE)
        username = name or f"{role}-{kind}"
        actor = staff(username, role, department=department, division=PROVINCE, now=noon)
        client = browser()
        client.force_login(get_user_model().objects.get(public_id=actor.account))
        return actor, client

    return do
