"""What corrections, disputes and questions make a department owe: a duty with a day, closed by the answer."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date, datetime

from shudao.contexts.exchange.rules import disputing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyClosed
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


def due(days: int, *, now: datetime) -> date:
    """Return the last local day of so many working days from today on."""
    return disputing.due(local_date(now), days, next_working=clocks.calendar().next_working)


def owe(
    *,
    kind: str,
    owner: str,
    subject: str,
    title: Text,
    due_on: date,
    evidence: Mapping[str, object],
    acting: Actor,
    now: datetime,
    key: str,
) -> str:
    """Open the duty in the open unit of work; return its number."""
    return duties.open(
        kind=kind,
        owner=owner,
        division=identity.department(owner).division,
        subject=subject,
        title=title,
        due_on=due_on,
        evidence=evidence,
        acting=acting,
        now=now,
        key=key,
    )


def done(duty: str, *, evidence: Mapping[str, object], acting: Actor, now: datetime) -> None:
    """Close the duty with the answer; one that is closed stays as it is."""
    with contextlib.suppress(DutyClosed):
        duties.close(duty, evidence=evidence, acting=acting, now=now)
