"""What all relations have in common: the row with its trail and event, ending, and each act for another."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import DataUse
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.relations import NotActing, Relation, RelationDecided, RelationState
from shudao.contexts.exchange.events import RelationEnded
from shudao.contexts.exchange.queries import relations, uses
from shudao.contexts.exchange.rules import disputing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from shudao.kernel.time import local_date

SEEN = "exchange.seen_on_behalf"
_RENEWED = "已重新核验"
_OVER = "有效期已满"


def record(
    row: models.Relation, event: Event, *, acting: Actor, now: datetime, reason: str = "", **more: object
) -> None:
    """Write who acts for whom in the trail, and the event, in the open transaction."""
    after = {"state": row.state, "for": row.subject, "valid_to": row.valid_to.isoformat()} | more
    audit.record(acting=acting, action=event.NAME, target=row.number, now=now, after=after, reason=reason)
    outbox.emit(event, now=now)


def held(number: str, *, acting: Actor, now: datetime) -> models.Relation:
    """
    Return the actor's own relation, if it stands today.

    Raises:
        SignInNeeded. NotFound: absent, or another's. NotActing: it is over.
    """
    if acting.kind == "anonymous":
        raise SignInNeeded
    row = relations.row(number)
    if acting.kind != "person" or not acting.person or row.holder != acting.person:
        raise NotFound
    if not relations.relation_of(row).stands(local_date(now)):
        raise NotActing
    return row


def uses_for(number: str, *, acting: Actor, now: datetime) -> list[DataUse]:
    row = held(number, acting=acting, now=now)
    with outbox.unit_of_work():  # in the trail before it is shown
        audit.record(acting=acting, action=SEEN, target=number, now=now, after={"for": row.subject})
    return uses.uses(row.subject, now=now)


def replace(holder: str, subject: str, *, acting: Actor, now: datetime, renewing: bool) -> None:
    """End what stood between the two, so that it can be proved anew. Raises RelationDecided where one still stands."""
    row = relations.open_row(holder, subject)
    if row is None:
        return
    over = row.state == RelationState.STANDING.value and row.valid_to < local_date(now)
    if not (over or renewing):
        raise RelationDecided(number=row.number)
    _close(row, _OVER if over else _RENEWED, acting, now)


def end(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Relation:
    reason = reason.strip()
    if problem := disputing.text_problem(reason):
        raise RequestInvalid(fields={"reason": problem})

    def do() -> Relation:
        row = relations.row(number, lock=True)
        _may_end(row, acting)
        if row.state != RelationState.STANDING.value:
            raise RelationDecided(number=number)
        _close(row, reason, acting, now)
        return relations.relation_of(row)

    return outbox.once(
        scope=f"exchange.end_relation:{acting.account}",
        key=key,
        request=(number, reason),
        result_type=Relation,
        do=do,
    )


def _may_end(row: models.Relation, acting: Actor) -> None:
    """Who holds it, and the clerks of the window that recorded it."""
    if acting.kind == "anonymous":
        raise SignInNeeded
    if acting.kind == "person" and acting.person == row.holder:
        return
    if acting.kind != "staff" or not row.division or not works_at(acting, row.division):
        raise NotFound


def works_at(acting: Actor, division: str) -> bool:
    """Whether the actor sits at the division's window."""
    return identity.has_role(acting, Role.CLERK, division=division)


def require_officer(acting: Actor, division: str) -> None:
    """Raises SignInNeeded, Forbidden."""
    if acting.kind == "anonymous":
        raise SignInNeeded
    if acting.kind != "staff" or not division or not works_at(acting, division):
        raise Forbidden


def _close(row: models.Relation, why: str, acting: Actor, now: datetime) -> None:
    row.state, row.ended_by, row.ended_at, row.why = RelationState.ENDED.value, acting.account, now, why
    row.save()
    record(row, RelationEnded(row.number), acting=acting, now=now, reason=why)
