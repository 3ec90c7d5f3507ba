"""The silo map for the data bureau's programmes."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.silos import SiloMap
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import SignInNeeded
from shudao.kernel.time import now

router = Router(tags=["exchange"])


class DepartmentOut(Schema):
    """One department: resources offered and called, rights held and used, calls given and made."""

    department: str
    offered: int
    used: int
    granted: int
    uses: int
    given: int
    made: int
    isolated: bool


class PairOut(Schema):
    """One department's use of another's data."""

    provider: str
    user: str
    resources: int
    calls: int


class SiloMapOut(Schema):
    """The map, with the first and last local day counted."""

    since: date
    until: date
    departments: list[DepartmentOut]
    pairs: list[PairOut]


@router.get("/silos", response=SiloMapOut, url_name="exchange-silos", auth=None)
def silos(request: HttpRequest) -> SiloMap:
    """Show who offers, who uses whose data, and who does neither."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    identity.require(actor, Role.DATA_BUREAU)
    return api.silo_map(now=now())
