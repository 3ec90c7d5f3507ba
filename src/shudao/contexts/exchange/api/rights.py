"""The door to rights: asking for one, deciding, withdrawing, and telling the gateway."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from shudao.contexts.exchange.contracts.rights import (
    Given,
    Grant,
    GrantsLooked,
    Published,
    Purpose,
    RequestsLooked,
    ShareRequest,
    Wanted,
)
from shudao.contexts.exchange.queries import catalogue, rights, rights_lists
from shudao.contexts.exchange.services import (
    deciding,
    extending,
    publishing,
    reminding,
    requesting,
    revoking,
    supplying,
    suspending,
)
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page


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
    *,
    number: str,
    grant: bool,
    opinion: str,
    basis: str = "",
    given: Given | None = None,
    acting: Actor,
    now: datetime,
    key: str,
) -> ShareRequest:
    """
    Grant a request, wholly or in part, or refuse it, as the source department.

    For data of sensitivity 4 the first officer's consent is a proposal; another officer of the source confirms it.

    Args:
        number: The request.
        grant: True gives the right, as asked for or as `given` says.
        opinion: What the decider says; giving less than was asked needs it.
        basis: Legal basis; a refusal needs one.
        given: The part that is given, nowhere more than was asked; None for all of it, or for what was proposed.
        acting: A data officer of the resource's provider, neither who asked nor of the asking department.
        now: Aware, UTC.
        key: Idempotency key.

    Returns:
        The request with its decision; `grant` names the grant where one was given.

    Raises:
        FourEyes: `acting` asked, or belongs to the asking department.
        SecondOfficer: `acting` made the proposal that is to be confirmed.
        Forbidden: `acting` is no data officer of the provider.
        AlreadyDecided: somebody was first.
        RequestInvalid: a refusal without a basis, more than was asked, or less without a word why.

    Emits:
        RequestDecided (RequestProposed for a proposal); the gateway's snapshot follows.
    """
    return deciding.decide_request(
        number=number, grant=grant, opinion=opinion, basis=basis, given=given, acting=acting, now=now, key=key
    )


def withdraw_request(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> ShareRequest:
    """
    Take a request back before it is decided, as the asking department.

    Raises:
        NotFound: no such request.
        Forbidden: `acting` does not act for the asking department.
        AlreadyDecided: too late.
        RequestInvalid: no reason given.

    Emits:
        RequestWithdrawn.
    """
    return requesting.withdraw_request(number=number, reason=reason, acting=acting, now=now, key=key)


def extend_reply(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> ShareRequest:
    """
    Give the source ten working days more for a conditional reply: once, before the day has passed, with a reason.

    Raises:
        NotFound, AlreadyDecided: nothing to extend.
        Forbidden: `acting` is no data officer of the source.
        NotExtendable: unconditional sharing, or extended before.
        TooLateToExtend: the day has passed.
        RequestInvalid: no reason given.

    Emits:
        ReplyExtended.

    Source:
        State Council Order 809 (2025); proved by tests/contexts/exchange/test_rights_clocks.py
    """
    return extending.extend_reply(number=number, reason=reason, acting=acting, now=now, key=key)


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


def give_back(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    """
    Give a grant back at once, as the department whose system it is for.

    Raises:
        NotFound: no such grant.
        Forbidden: `acting` does not act for the calling department.
        AlreadyRevoked: it ended before.
        RequestInvalid: no reason given.

    Emits:
        GrantRevoked; the gateway's snapshot follows.
    """
    return revoking.give_back(grant=grant, reason=reason, acting=acting, now=now, key=key)


def suspend(*, grant: str, until: date | None, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    """
    Suspend a grant up to and with a local day, as the data bureau; with `until` None let it stand again.

    Raises:
        NotFound: no such grant.
        Forbidden: `acting` is not of the data bureau.
        AlreadyRevoked: it ended before.
        RequestInvalid: no reason, or a day before today or after the grant's last.

    Emits:
        GrantSuspended; the gateway's snapshot follows, now and after the last day.
    """
    return suspending.suspend(grant=grant, until=until, reason=reason, acting=acting, now=now, key=key)


def find_requests(
    looked: RequestsLooked | None = None, *, page: int = 1, size: int = 20, today: date
) -> Page[ShareRequest]:
    """
    Return one page of the requests that are looked for; all of them where nothing is said, newest first.

    Args:
        looked: Which ones, and in which order.
        page: From 1.
        size: 1 to 200 a page.
        today: Local day on which a reply may be late.
    """
    return rights_lists.requests(looked or RequestsLooked(), page=page, size=size, today=today)


def request(number: str) -> ShareRequest:
    """Return one request. Raises NotFound."""
    return catalogue.request(number)


def find_grants(looked: GrantsLooked | None = None, *, page: int = 1, size: int = 20, today: date) -> Page[Grant]:
    """
    Return one page of the grants that are looked for; all of them where nothing is said, newest first.

    Args:
        looked: Which ones, and in which order.
        page: From 1.
        size: 1 to 200 a page.
        today: Local day on which they stand in one way or another.
    """
    return rights_lists.grants(looked or GrantsLooked(), page=page, size=size, today=today)


def grants(
    *, system: str = "", resource: str = "", valid_on: date | None = None, purpose: Purpose | None = None
) -> list[Grant]:
    """Return every grant of a system, resource or purpose, newest first; with `valid_on` what stands on that day."""
    return catalogue.grants(system=system, resource=resource, valid_on=valid_on, purpose=purpose)


def grant(number: str) -> Grant:
    """Return one grant. Raises NotFound."""
    return catalogue.grant(number)


def renewals(numbers: Iterable[str]) -> dict[str, str]:
    """Return the request that is to follow each of these grants, open or granted; a grant without one is left out."""
    return rights.renewals(numbers)


def publish_snapshot(*, now: datetime) -> Published:
    """Write the signed snapshot of grants, systems and resources that the gateway reads; whole or not at all."""
    return publishing.publish_snapshot(now=now)


def note_supply(*, now: datetime) -> int:
    """
    Mark the grants whose data can be asked for by now, and close their supply duties. Runs every five minutes.

    Pooled data can be asked for once a snapshot has rows; a department's own service once it answered a call, or, where
    nobody called yet, once the gateway reaches it.

    Returns:
        How many were marked.

    Emits:
        DataSupplied, for each.

    Source:
        State Council Order 809 (2025), supply within 20 working days after consent; proved by
        tests/contexts/exchange/test_rights.py
    """
    return supplying.note_supply(now=now)


def remind_of_ends(*, now: datetime) -> int:
    """
    Tell the callers whose grants end within thirty days, and again within seven, how to renew them. Runs every hour.

    A grant whose renewal is asked for or granted is left alone; the same message is never sent twice.

    Returns:
        How many grants are about to end.

    Source:
        our own rule; proved by tests/contexts/exchange/test_rights_reminding.py
    """
    return reminding.remind_of_ends(now=now)
