"""Wishes for data, for the programmes of those concerned."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.wishes import Wish
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from shudao.kernel.time import now

router = Router(tags=["exchange"])
_ROLES = (Role.DATA_OFFICER, Role.INTEGRATOR, Role.DATA_BUREAU)


class WishOut(Schema):
    """
    What a department needs and nobody catalogued. `owner` has to act by `due_on` while `state` is open or accepted;
    `resource` is the entry that came of it, "" before.
    """

    number: str
    department: str
    name: str
    fields_wanted: list[str]
    provider: str
    matters: list[str]
    owner: str
    state: str
    wished_at: datetime
    due_on: date
    resource: str


class WishesOut(Schema):
    """One page of wishes."""

    items: list[WishOut]
    page: int
    size: int
    total: int


@router.get("/wishes", response=WishesOut, url_name="exchange-wishes", auth=None)
def wishes(
    request: HttpRequest, state: str = "", text: str = "", sort: str = "", page: int = 1, size: int = 50
) -> dict[str, object]:
    """List what one's own departments wished for or have to answer; the data bureau sees all."""
    found = api.wishes(
        departments=_departments(request), state=state, text=text, sort=sort, now=now(), page=page, size=size
    )
    return {"items": [_out(one) for one in found.items], "page": found.number, "size": found.size, "total": found.total}


@router.get("/wishes/{number}", response=WishOut, url_name="exchange-wish", auth=None)
def wish(request: HttpRequest, number: str) -> dict[str, object]:
    """Show one of them."""
    mine, found = _departments(request), api.wish(number)
    if mine is not None and not {found.wanting.department, found.owner} & set(mine):
        raise NotFound
    return _out(found)


def _departments(request: HttpRequest) -> list[str] | None:
    """For which departments the programme's account sees wishes; None for all."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    if not any(identity.has_role(actor, role) for role in _ROLES):
        raise Forbidden
    if identity.has_role(actor, Role.DATA_BUREAU):
        return None
    return sorted({grant.department for grant in actor.roles if grant.role in _ROLES and grant.department})


def _out(one: Wish) -> dict[str, object]:
    names = ("number", "owner", "wished_at", "due_on", "resource")
    wanting = {name: getattr(one.wanting, name) for name in ("department", "name", "provider")}
    return (
        wanting
        | {name: getattr(one, name) for name in names}
        | {
            "state": one.state.value,
            "fields_wanted": list(one.wanting.fields),
            "matters": list(one.wanting.matters),
        }
    )
