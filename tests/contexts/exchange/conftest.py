"""The province with a filled pool, the three resources, and the staff of four departments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo import exchange as seeding
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Purpose, ShareRequest, Wanted
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM, Actor, RoleGrant
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from tests.contexts.pool.conftest import deliver, delivery, extract, roots, sichuan, world

__all__ = ["deliver", "delivery", "extract", "roots", "sichuan", "world"]

PROVINCE = "510000000000"
POPULATION, MARRIAGE, COMPANY = "sjzy-population-basic", "sjzy-marriage-status", "sjzy-company-licence"


def officer(kind: str, name: str = "", role: Role = Role.DATA_OFFICER) -> Actor:
    """A member of staff of the province's body of this kind."""
    department = identity.department_code(kind, PROVINCE)
    return Actor(account=name or f"{role}-{kind}", kind="staff", roles=(RoleGrant(role, department, PROVINCE),))


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts: the data bureau's officer asks, the departments' officers decide."""

    bureau: Actor
    police: Actor
    civil: Actor
    market: Actor
    stranger: Actor


@pytest.fixture
def staff() -> Staff:
    return Staff(officer("sj"), officer("ga"), officer("mz"), officer("sc"), officer("jt"))


@pytest.fixture
def catalogue(sichuan: None, noon: datetime) -> None:
    """Datasets without rows, the platform's system and the three resources."""
    for dataset in ("population", "marriage", "company-licences"):
        pool.create(contract=dataset, acting=SYSTEM, now=noon, key=dataset)
    exchange.register_platform(acting=SYSTEM, now=noon)
    for resource in seeding.resources(local_date(noon)):
        exchange.register_resource(resource=resource, acting=SYSTEM, now=noon, key=resource.code)


@pytest.fixture
def ask_for(catalogue: None, staff: Staff, noon: datetime) -> Callable[..., ShareRequest]:
    """Ask for a grant; every part can be changed."""

    def do(**changes: Any) -> ShareRequest:
        today = local_date(noon)
        parts: dict[str, Any] = {
            "system": exchange.one_window_client(),
            "resource": POPULATION,
            "fields": ("birth_date", "name"),
            "purpose": Purpose.HANDLING,
            "scenario": Text("新生儿入户时免交户口簿", "No household book at a birth's registration"),
            "legal_basis": Text("国务院令第716号第七条"),
            "valid_from": today,
            "valid_to": today + timedelta(days=90),
        }
        how = {"acting": staff.bureau, "now": noon, "key": "ask"}
        how |= {name: changes.pop(name) for name in list(changes) if name in how}
        return exchange.request_grant(wanted=Wanted(**(parts | changes)), **how)

    return do
