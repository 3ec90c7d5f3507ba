"""Who used my data, for the programmes of whoever is signed in; the form follows Estonia's `findUsage`."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.rights import PURPOSES, Purpose
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.paging import bounds
from shudao.kernel.texts import Text
from shudao.kernel.time import now

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
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    if actor.kind != "person" or not actor.person:
        raise Forbidden
    start, stop = bounds(page, size)
    found = api.uses_of(actor.person, department=department, since=since, until=until, now=now())
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
