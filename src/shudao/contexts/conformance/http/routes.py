"""Findings and rates for programmes of those who answer for the catalogue."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from shudao.contexts.conformance import api
from shudao.contexts.conformance.contracts.findings import Filter, Finding, Rate
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded

router = Router(tags=["conformance"])
_PROVINCE = "510000000000"
_READERS = (Role.MATTER_MANAGER, Role.DATA_BUREAU, Role.LEADER)
Word = Annotated[str, Query(pattern="^[a-z0-9-]{0,30}$")]
Division = Annotated[str, Query(pattern="^([1-9][0-9]{11})?$")]
Number = Annotated[str, Path(pattern="^[0-9A-Z]{26}$")]


class WordsOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class FindingOut(Schema):
    """One finding: `expected` and `found` are the two values, null where there is none; `owner` a credit code."""

    number: str
    rule: str
    title: WordsOut
    severity: str
    field: str
    part: str
    task_code: str
    catalog_code: str
    name: WordsOut
    division: str
    department: str
    owner: str
    expected: Any
    found: Any
    state: str
    duty: str
    opened_at: datetime
    due_on: date
    exempt_until: date | None
    closed_at: datetime | None


class FindingsOut(Schema):
    """One page of the list."""

    items: list[FindingOut]
    page: int
    size: int
    total: int


class RateOut(Schema):
    """Of `implementations` that are there or ought to be, `deviating` have an open finding; `share` is in order."""

    key: str
    implementations: int
    deviating: int
    share: float | None


class RatesOut(Schema):
    """A division, those directly below it, the rules and the kinds of body."""

    whole: RateOut
    divisions: list[RateOut]
    rules: list[RateOut]
    kinds: list[RateOut]


@router.get("/findings", response=FindingsOut)
def findings(
    request: HttpRequest,
    rule: Word = "",
    below: Division = "",
    severity: Word = "",
    state: Word = "open",
    catalog_code: Word = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """Findings, those due first; `state` "" for all."""
    _may(request)
    wanted = Filter(rule=rule, below=below, severity=severity, state=state, catalog_code=catalog_code)
    found = api.findings(wanted, page=page, size=size)
    return {"items": [_out(one) for one in found.items], "page": found.number, "size": found.size, "total": found.total}


@router.get("/findings/{number}", response=FindingOut)
def finding(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One finding."""
    _may(request)
    return _out(api.finding(number))


@router.get("/rates", response=RatesOut)
def rates(request: HttpRequest, division: Division = _PROVINCE) -> dict[str, Any]:
    """How much is in order in a division."""
    _may(request)
    below = division or _PROVINCE
    return {
        "whole": _rate(api.rate(below)),
        "divisions": [_rate(one) for one in api.rates_by_division(below).values()],
        "rules": [_rate(one) for one in api.rates_by_rule(below)],
        "kinds": [_rate(one) for one in api.rates_by_kind(below).values()],
    }


def _may(request: HttpRequest) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    # A right that is limited to a department or a division opens the lists as well: the catalogue is no secret.
    if not any(grant.role in _READERS for grant in actor.roles):
        raise Forbidden


def _out(one: Finding) -> dict[str, Any]:
    return {
        "number": one.number,
        "rule": one.rule.code,
        "title": one.rule.name,
        "severity": one.severity,
        "field": one.field,
        "part": one.part,
        "task_code": one.task_code,
        "catalog_code": one.catalog_code,
        "name": one.name,
        "division": one.division,
        "department": one.department,
        "owner": one.owner,
        "expected": json.loads(one.expected) if one.expected else None,
        "found": json.loads(one.found) if one.found else None,
        "state": one.state,
        "duty": one.duty,
        "opened_at": one.opened_at,
        "due_on": one.due_on,
        "exempt_until": one.exempt_until,
        "closed_at": one.closed_at,
    }


def _rate(one: Rate) -> dict[str, Any]:
    return {
        "key": one.key,
        "implementations": one.implementations,
        "deviating": one.deviating,
        "share": one.share,
    }
