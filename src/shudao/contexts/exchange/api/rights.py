"""The door to rights: asking for one, deciding, withdrawing, and telling the gateway."""

from __future__ import annotations

from datetime import date, datetime

from shudao.contexts.exchange.contracts.rights import Grant, Published, RequestState, ShareRequest, Wanted
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.services import (
    deciding,
    publishing,
    requesting,
    revoking,
)
from shudao.foundation.audit.contracts import Actor


def request_grant(*, wanted: Wanted, acting: Actor, now: datetime, key: str) -> ShareRequest:
    """
    Ask the source department for a right to data.

    Args:
        wanted: Which right.
        acting: Data officer or integrator of the system's department.
        now: Aware, UTC. The reply's clock starts: 1 working day where sharing is unconditional, else 10.
        key: Idempotency key.

    Returns:
        The request, pending.

    Raises:
        SystemUnknown, ResourceUnknown: no such thing.
        NotShared: the resource is not shared at all.
        RequestInvalid: `fields` says what is wrong.
        Forbidden: `acting` does not act for that department.

    Emits:
        GrantRequested.

    Source:
        State Council Order 809 (2025), reply in 1 or 10 working days; proved by
        tests/contexts/exchange/test_grants.py
    """
    return requesting.request_grant(wanted=wanted, acting=acting, now=now, key=key)


def decide_request(
    *, number: str, grant: bool, opinion: str, basis: str = "", acting: Actor, now: datetime, key: str
) -> ShareRequest:
    """
    Grant or refuse a request, as the source department.

    Args:
        number: The request.
        grant: True gives the right as asked for.
        opinion: What the decider says.
        basis: Legal basis; a refusal needs one.
        acting: A data officer of the resource's provider, neither who asked nor of the asking department.
        now: Aware, UTC.
        key: Idempotency key.

    Returns:
        The request with its decision; `grant` names the grant where one was given.

    Raises:
        FourEyes: `acting` asked, or belongs to the asking department.
        Forbidden: `acting` is no data officer of the provider.
        AlreadyDecided: somebody was first.
        RequestInvalid: a refusal without a basis.

    Emits:
        RequestDecided; the gateway's snapshot follows.
    """
    return deciding.decide_request(
        number=number, grant=grant, opinion=opinion, basis=basis, acting=acting, now=now, key=key
    )


def revoke(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    """
    Withdraw a grant at once.

    Raises:
        NotFound: no such grant.
        Forbidden: `acting` is neither a data officer of the provider nor the data bureau.
        AlreadyRevoked: it was withdrawn before.
        RequestInvalid: no reason given.

    Emits:
        GrantRevoked; the gateway's snapshot follows.
    """
    return revoking.revoke(grant=grant, reason=reason, acting=acting, now=now, key=key)


def requests(*, department: str = "", state: RequestState | None = None) -> list[ShareRequest]:
    """Return requests, newest first: all, or those a department asked or has to answer, in one state or any."""
    return catalogue.requests(department=department, state=state)


def request(number: str) -> ShareRequest:
    """Return one request. Raises NotFound."""
    return catalogue.request(number)


def grants(*, system: str = "", resource: str = "", valid_on: date | None = None) -> list[Grant]:
    """Return grants, newest first; with `valid_on` only those that stand on that local day."""
    return catalogue.grants(system=system, resource=resource, valid_on=valid_on)


def publish_snapshot(*, now: datetime) -> Published:
    """Write the signed snapshot of grants, systems and resources that the gateway reads; whole or not at all."""
    return publishing.publish_snapshot(now=now)
