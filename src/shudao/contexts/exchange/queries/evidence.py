"""Find calls by the ledger's finding aid, as far as the asking officer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shudao.contexts.exchange.contracts.evidence import CallFilter, FoundCalls, LedgerLine
from shudao.contexts.exchange.queries import ledger
from shudao.contexts.exchange.rules.barriers import is_failure
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, NotFound
from shudao.kernel.paging import Page
from shudao.plane.ledger.entry import ANSWERED, NO_RECORD, Entry
from shudao.plane.ledger.register import COUNTED, Place, Wanted, department_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEES_ALL = (Role.DATA_BUREAU, Role.AUDIT_ADMIN)
# What a page takes into the finding aid itself, where the scheduled job has not yet: some tenths of a second.
_AT_ONCE = 5000
# Calls among which one that was answered is looked for: callers who are refused may be many.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Tried:
    """`answered`: the newest call that a source answered, "" where none is; `failed`: it failed one."""

    answered: str
    failed: bool


def departments(acting: Actor) -> tuple[str, ...]:
    """Return whose calls the actor sees; ("",) for everybody's. Raises Forbidden."""
    if any(identity.has_role(acting, role) for role in _SEES_ALL):
        return ("",)
    own = sorted({grant.department for grant in acting.roles if grant.role == Role.DATA_OFFICER and grant.department})
    if not own:
        raise Forbidden
    return tuple(own)


def check_sees(entry: Entry, acting: Actor) -> None:
    """Raise NotFound for a call of other departments: absent and foreign look alike."""
    seen = departments(acting)
    if seen != ("",) and not {department_of(entry.client), department_of(entry.service)} & set(seen):
        raise NotFound


def find(asked: CallFilter, *, subject: str = "", page: int, size: int, acting: Actor) -> FoundCalls:
    known = ledger.register()
    behind = known.catch_up(_AT_ONCE) > 0
    start, places, total = (page - 1) * size, [], 0
    for department in departments(acting):
        found, count = known.find(_wanted(asked, subject, department), limit=start + size)
        places += found
        total += count
    unique = {(one.segment, one.sequence): one for one in places}
    ordered = sorted(unique.values(), key=lambda one: (-one.entry.instant, one.segment, -one.sequence))
    lines = tuple(line_of(one) for one in ordered[start : start + size])
    return FoundCalls(Page(lines, page, size, min(total, COUNTED)), total > COUNTED, behind)


def line_of(place: Place) -> LedgerLine:
    return ledger.line(f"{place.segment}:{place.sequence}", place.entry)


def tried(resource: str, *, since: datetime) -> Tried:
    """Return how a resource's source did in the calls since an instant."""
    wanted = Wanted(resource=resource, since=(since - _EPOCH) // timedelta(microseconds=1))
    places, _ = ledger.register().find(wanted, limit=_LOOKED_AT)
    answered = (f"{one.segment}:{one.sequence}" for one in places if one.entry.outcome in (ANSWERED, NO_RECORD))
    return Tried(next(answered, ""), any(is_failure(one.entry.outcome) for one in places))


def _wanted(asked: CallFilter, subject: str, department: str) -> Wanted:
    return Wanted(
        department=department,
        client=asked.client,
        resource=asked.resource,
        case=asked.case,
        subject=subject,
        since=ledger.micros(asked.since) if asked.since else 0,
        until=ledger.micros(asked.until + timedelta(days=1)) if asked.until else 0,
    )
