"""The door of duties: one engine for "somebody owes something by a day"; findings, tickets, disputes are its kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shudao.foundation.audit import api as _audit
from shudao.foundation.audit.contracts import Actor, Entry
from shudao.foundation.duties.contracts import Duty, DutyOrder, DutyState
from shudao.foundation.duties.queries import duties as _duties
from shudao.foundation.duties.services import change_duty as _change
from shudao.foundation.duties.services import open_duty as _open
from shudao.foundation.duties.services import remind as _remind
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from shudao.kernel.time import now as _now


def open(
    *,
    kind: str,
    owner: str,
    division: str,
    subject: str,
    title: Text,
    due_on: date,
    evidence: Mapping[str, Any],
    acting: Actor,
    now: datetime,
    key: str,
) -> str:
    """
    Open a duty.

    Args:
        kind: The opening room's word, "room.what", at most 60 characters.
        owner: Credit code of the department that owes it; its mailbox is told.
        division: 12 digits; where it counts.
        subject: Public code of what it is about.
        title: What is owed, one line, at most 200 characters.
        due_on: Last local date in time.
        evidence: Why: codes and figures, JSON-able, no personal data.
        acting: Who opens it.
        now: Aware, UTC.
        key: Idempotency key, unique within the kind.

    Returns:
        The duty's number.

    Raises:
        KeyReused: the key was used for another duty. Invalid: no key.

    Emits:
        DutyOpened, after commit.
    """
    return _open.open_duty(
        kind=kind,
        owner=owner,
        division=division,
        subject=subject,
        title=title,
        due_on=due_on,
        evidence=evidence,
        acting=acting,
        now=now,
        key=key,
    )


def close(number: str, *, evidence: Mapping[str, Any], acting: Actor, now: datetime) -> None:
    """
    Close a duty with what shows that it is done; who may is the caller's to check.

    Raises:
        EvidenceMissing: nothing given. DutyClosed: it is closed. NoSuchDuty.

    Emits:
        DutyClosed, after commit.
    """
    _change.close(number, evidence=evidence, acting=acting, now=now)


def reassign(number: str, *, owner: str, due_on: date, reason: str, acting: Actor, now: datetime) -> None:
    """Give an open duty another owner or day, with a reason; reminders begin anew. Raises DutyClosed, NoSuchDuty."""
    _change.reassign(number, owner=owner, due_on=due_on, reason=reason, acting=acting, now=now)


def get(number: str) -> Duty:
    """Return one duty as of today. Raises NoSuchDuty."""
    return _duties.get(number, today=local_date(_now()))


def listing(
    *,
    owner: str = "",
    kind: str = "",
    below: str = "",
    subject: str = "",
    state: DutyState | None = None,
    order: DutyOrder = DutyOrder.DUE,
    page: int = 1,
    size: int = 20,
) -> Page[Duty]:
    """
    Return one page of the duties that match everything given, as of today.

    Args:
        owner: Credit code of a department; "" for all.
        kind: "" for all.
        below: Division (12 digits): its own and all below it; "" for all.
        subject: Public code; "" for all.
        state: OPEN (not overdue), OVERDUE, CLOSED; None for all.
        order: By due date unless told otherwise.
        page: From 1.
        size: 1–200.
    """
    return _duties.listing(
        owner=owner,
        kind=kind,
        below=below,
        subject=subject,
        state=state,
        order=order,
        today=local_date(_now()),
        page=page,
        size=size,
    )


def counts(*, owner: str = "", below: str = "") -> dict[DutyState, int]:
    """Return how many duties stand in each state, of a department or below a division, as of today."""
    return _duties.counts(owner=owner, below=below, today=local_date(_now()))


def history(number: str) -> list[Entry]:
    """Return what happened to a duty, newest first."""
    return _audit.entries(target=number)


def remind(*, now: datetime) -> int:
    """
    Tell every step that has come: due soon, overdue, escalated; each once. Runs by itself every hour.

    Returns:
        How many steps were told.

    Emits:
        DutyDueSoon, DutyOverdue, after commit.
    """
    return _remind.remind(now=now)
