"""The door to acting for a company or a child: seeing who used its data, and having them corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shudao.contexts.exchange.contracts.disputes import DataUse
from shudao.contexts.exchange.contracts.relations import Papers, Relation
from shudao.contexts.exchange.queries import relations as read
from shudao.contexts.exchange.services import guarding, relating, representing, telling
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date


def represent(*, code: str, name: str, acting: Actor, now: datetime, key: str) -> Relation:
    """
    Prove that one is a company's legal representative: the company register is asked through the gateway, and the
    ledger holds the call. It holds for seven local days; again asks anew.

    Args:
        code: Credit code of the company.
        name: Its name as registered.
        acting: A citizen with an account.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        NotRepresentative: the register does not say so of a company in business, which all look alike.
        TooManyTries: ten in vain within twenty-four hours. Unavailable: the register cannot be asked.
        RequestInvalid: fields `code`, `name`. SignInNeeded, Forbidden: no citizen.

    Emits:
        RelationDecided, RelationEnded for the one before.
    """
    return representing.represent(code=code, name=name, acting=acting, now=now, key=key)


def propose_guardian(
    *, papers: Papers, evidence: StoredFile, division: str, acting: Actor, now: datetime, key: str
) -> Relation:
    """
    Record that a registered person is a child's guardian, by papers looked at; a second officer has to confirm it.

    Args:
        papers: Whom, what the papers are, until when; the child's number and name are kept sealed.
        evidence: The papers as a stored file.
        division: Code of the division at whose window they lie.
        acting: A clerk of that window; not the guardian.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        RequestInvalid: fields `guardian`, `child`, `name`, `basis`, `valid_to`.
        RelationDecided: one is proposed or stands already. SameOfficer, SignInNeeded, Forbidden.

    Emits:
        RelationProposed.
    """
    return guarding.propose(papers=papers, evidence=evidence, division=division, acting=acting, now=now, key=key)


def decide_guardian(*, number: str, confirm: bool, why: str = "", acting: Actor, now: datetime, key: str) -> Relation:
    """
    Confirm a recorded guardian, or refuse with a reason; the guardian is told.

    Raises:
        SameOfficer: who recorded it, or the guardian. RelationDecided, RequestInvalid: field `why`.
        SignInNeeded, Forbidden: another window's. NotFound.

    Emits:
        RelationDecided.
    """
    return guarding.decide(number=number, confirm=confirm, why=why, acting=acting, now=now, key=key)


def look_at_papers(*, number: str, acting: Actor, now: datetime) -> Papers:
    """
    Return what was recorded, numbers masked, for a clerk of the window; the trail says who looked.

    Raises:
        SignInNeeded, Forbidden, NotFound.
    """
    return guarding.look_at(number=number, acting=acting, now=now)


def end_relation(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Relation:
    """
    End a standing relation: its holder, or a clerk of the window that recorded it.

    Raises:
        RequestInvalid: field `reason`. RelationDecided: it stands no more. NotFound: absent, or another's.

    Emits:
        RelationEnded.
    """
    return relating.end(number=number, reason=reason, acting=acting, now=now, key=key)


def my_relation(number: str, *, acting: Actor, now: datetime) -> Relation:
    """Return a relation by which the actor may act today. Raises NotActing, NotFound, SignInNeeded."""
    return read.relation_of(relating.held(number, acting=acting, now=now))


def relation(number: str) -> Relation:
    """Return one relation: the caller has looked who asks. Raises NotFound."""
    return read.relation_of(read.row(number))


def relations_of(person: str) -> list[Relation]:
    """Return a person's relations by person key, newest first, those that are over too."""
    return read.held_by(person)


def find_relations(numbers: Sequence[str]) -> dict[str, Relation]:
    """Return relations by number; unknown ones are left out."""
    return read.find(numbers)


def guardians(
    *,
    divisions: Sequence[str] | None = None,
    state: str = "",
    sort: str = "",
    now: datetime,
    page: int = 1,
    size: int = 20,
) -> Page[Relation]:
    """
    Return a page of recorded guardians, newest first unless sorted otherwise.

    Args:
        divisions: Only of these windows (division codes); None for all.
        state: A RelationState, or "over" for what stood until a day that has passed; "" for all.
        sort: "recorded", "until" or "state", with "-" in front for the other way.
        now: Aware, UTC.
    """
    return read.guardians(divisions=divisions, state=state, sort=sort, today=local_date(now), page=page, size=size)


def uses_on_behalf(number: str, *, acting: Actor, now: datetime) -> list[DataUse]:
    """
    Return who got data about whom the actor acts for, as `uses_of`. The trail says who looked, and for whom.

    Raises:
        NotActing: the relation is over. NotFound: absent, or another's. SignInNeeded.
    """
    return relating.uses_for(number, acting=acting, now=now)


def tell_of_relation(*, number: str, now: datetime) -> None:
    """Tell a guardian that the relation was confirmed or refused; again tells nobody twice."""
    telling.of_relation(number=number, now=now)
