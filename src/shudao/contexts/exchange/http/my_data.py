"""Who used my data, for the programmes of whoever is signed in; the form follows Estonia's `findUsage`."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.disputes import DataUse
from shudao.contexts.exchange.contracts.rights import PURPOSES, Purpose
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.paging import bounds
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

router = Router(tags=["exchange"])


class WordsOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class UsageOut(Schema):
    """
    One use: `action` is what for, `receiver…` who; no officer and nobody else's case is named.

    `fields` are the items' names in `resource`; `verified` says that they were compared and not read. `entry` is the
    ledger's, for asking.
    """

    logtime: datetime
    action: WordsOut
    receiver_code: str
    receiver_name: WordsOut
    receiver_system: str
    resource: str
    fields: list[str]
    verified: bool
    entry: str


class UsagesOut(Schema):
    """One page of uses, newest first; `total_usages` counts what may be shown by now."""

    total_usages: int
    usages: list[UsageOut]
    page: int
    size: int


@router.get("/my-data-use", response=UsagesOut, url_name="exchange-my-data-use", auth=None)
def my_data_use(
    request: HttpRequest,
    department: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    size: int = 50,
) -> dict[str, object]:
    """List who got data about the person signed in."""
    found = api.uses_of(_citizen(request).person, department=department, since=since, until=until, now=now())
    return _paged(found, page, size)


class RelationOut(Schema):
    """
    For whom the person signed in may act: `kind` "company" or "child", whose name is masked; `stands` today or not.
    """

    number: str
    kind: str
    name: str
    code: str
    state: str
    valid_to: date
    stands: bool


@router.get("/on-behalf", response=list[RelationOut], url_name="exchange-on-behalf", auth=None)
def on_behalf(request: HttpRequest) -> list[dict[str, object]]:
    """List for whom the person signed in may, or might, see uses and ask for corrections; newest first."""
    today, names = local_date(now()), ("number", "kind", "name", "code", "state", "valid_to")
    return [
        {name: getattr(one, name) for name in names} | {"stands": one.stands(today)}
        for one in api.relations_of(_citizen(request).person)
    ]


@router.get("/on-behalf/{number}/data-use", response=UsagesOut, url_name="exchange-data-use-on-behalf", auth=None)
def data_use_on_behalf(request: HttpRequest, number: str, page: int = 1, size: int = 50) -> dict[str, object]:
    """List who got data about whom the person signed in acts for; the trail says who looked."""
    bounds(page, size)
    return _paged(api.uses_on_behalf(number, acting=_citizen(request), now=now()), page, size)


def _citizen(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    if actor.kind != "person" or not actor.person:
        raise Forbidden
    return actor


def _paged(found: list[DataUse], page: int, size: int) -> dict[str, object]:
    start, stop = bounds(page, size)
    bodies = identity.find_departments({one.department for one in found[start:stop] if one.department})
    usages = [
        {
            "logtime": one.line.at,
            "action": _purpose(one.line.purpose),
            "receiver_code": one.department,
            "receiver_name": bodies[one.department].name if one.department in bodies else Text(one.line.client),
            "receiver_system": one.line.client,
            "resource": one.line.resource,
            "fields": list(one.line.fields),
            "verified": one.verified,
            "entry": one.line.entry,
        }
        for one in found[start:stop]
    ]
    return {"total_usages": len(found), "usages": usages, "page": page, "size": size}


def _purpose(code: str) -> Text:
    return PURPOSES[Purpose(code)] if code in set(Purpose) else Text(code)
