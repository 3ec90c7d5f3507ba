"""What a change of the law or of the standard makes a department owe."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date, datetime

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import Duty, DutyClosed, DutyState
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

_PAGE = 200


def due(days: int, *, now: datetime) -> date:
    """Return the last local day of so many working days from today on."""
    day, next_working = local_date(now), clocks.calendar().next_working
    for _ in range(days):
        day = next_working(day)
    return day


def title(said: Text, name: Text) -> Text:
    """Return a duty's title: what is owed, and about which matter."""
    return Text(f"{said.zh}：{name.zh}"[:200], f"{said.en}: {name.en or name.zh}"[:200])


def open_of(kind: str, subject: str) -> list[Duty]:
    """Return the open duties of a kind about a subject."""
    found: list[Duty] = []
    for state in (DutyState.OPEN, DutyState.OVERDUE):
        found += duties.listing(kind=kind, subject=subject, state=state, size=_PAGE).items
    return found


def done(number: str, *, evidence: Mapping[str, object], acting: Actor, now: datetime) -> None:
    """Close a duty; one that is closed stays as it is."""
    with contextlib.suppress(DutyClosed):
        duties.close(number, evidence=evidence, acting=acting, now=now)
