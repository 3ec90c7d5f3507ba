"""The list of data barriers for programmes of the data bureau and those who steer."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.assessment import api
from shudao.contexts.assessment.contracts import ListedBarrier
from shudao.contexts.exchange.contracts.barriers import BarrierKind
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded

router = Router(tags=["assessment"])


class WordsOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class BarrierOut(Schema):
    """One barrier: `age` in working days, `cases` as last counted."""

    number: str
    kind: str
    cause: str
    subject: str
    resource: str
    label: WordsOut
    owner: str
    waiting: str
    matters: list[str]
    since: date
    found_at: datetime
    gone_at: datetime | None
    age: int
    cases: int | None
    counted_at: datetime | None


class BarriersOut(Schema):
    """One page of the list."""

    items: list[BarrierOut]
    page: int
    size: int
    total: int


def _may(request: HttpRequest) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    if not any(identity.has_role(actor, role) for role in (Role.DATA_BUREAU, Role.LEADER)):
        raise Forbidden


@router.get("/barriers", response=BarriersOut, url_name="assessment-barriers", auth=None)
def barriers(
    request: HttpRequest,
    kind: BarrierKind | None = None,
    owner: str = "",
    gone: bool = False,
    sort: str = "since",
    page: int = 1,
    size: int = 50,
) -> dict[str, object]:
    """List the barriers that stand, or with `gone` those that do no more."""
    _may(request)
    found = api.barriers(kind=kind, owner=owner, gone=gone, sort=sort, page=page, size=size)
    return {"items": [_out(one) for one in found.items], "page": page, "size": size, "total": found.total}


@router.get("/barriers/{number}", response=BarrierOut, url_name="assessment-barrier", auth=None)
def barrier(request: HttpRequest, number: str) -> dict[str, object]:
    """Show one barrier."""
    _may(request)
    return _out(api.barrier(number))


def _out(one: ListedBarrier) -> dict[str, object]:
    found = one.barrier.found
    return {
        "number": one.barrier.number,
        "kind": found.kind.value,
        "cause": found.cause,
        "subject": found.subject,
        "resource": found.resource,
        "label": {"zh": found.label.zh, "en": found.label.en},
        "owner": found.owner,
        "waiting": found.waiting,
        "matters": list(found.matters),
        "since": found.since,
        "found_at": one.barrier.found_at,
        "gone_at": one.barrier.gone_at,
        "age": one.age,
        "cases": one.cases,
        "counted_at": one.counted_at,
    }
