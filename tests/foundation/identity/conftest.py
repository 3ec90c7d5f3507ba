"""People, accounts and bodies for identity's tests, on a made-up province."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Person
from shudao.foundation.regions import api as regions
from tests.foundation.regions.conftest import folder

__all__ = ["folder"]
PASSWORD = "a long enough passphrase"


def resident_id(serial: int = 1, born: str = "19900307") -> str:
    """A number of nobody: region 519901, right check digit."""
    first17 = f"519901{born}{serial:03}"
    return first17 + identity.resident_id_check_digit(first17)


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_ROOT = tmp_path / "keys"


@pytest.fixture
def hill_city(folder: Path, db: None) -> None:
    """The made-up province with its bodies."""
    regions.load(folder)
    identity.load_departments()


@pytest.fixture
def wang(db: None, noon: datetime) -> Person:
    """A registered citizen."""
    return identity.register_person(
        resident_id=resident_id(1), name="王小明", phone="13900001234", acting=SYSTEM, now=noon, key="wang"
    )


@pytest.fixture
def account(db: None, noon: datetime) -> Callable[..., Actor]:
    """Open an account by user name, of staff unless a person's key is given."""

    def open_account(username: str, person: str | None = None) -> Actor:
        return identity.create_account(
            username=username, password=PASSWORD, person=person, name=username.title(), acting=SYSTEM, now=noon
        )

    return open_account


@pytest.fixture
def staff(account: Callable[..., Actor], noon: datetime) -> Callable[..., Actor]:
    """Open an account of staff with one right."""

    def open_with(username: str, role: str, *, department: str | None = None, division: str | None = None) -> Actor:
        made = account(username)
        identity.grant_role(
            account=made.account, role=role, department=department, division=division, acting=SYSTEM, now=noon
        )
        return identity.actor(made.account)

    return open_with
