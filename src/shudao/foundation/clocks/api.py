"""The door of clocks: working-day calendars, and deadlines that explain themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks.contracts import ClockKind, ClockState, Due, Limit
from shudao.foundation.clocks.queries import calendar as _calendar
from shudao.foundation.clocks.queries import clocks as _clocks
from shudao.foundation.clocks.rules.calendar import WorkCalendar
from shudao.foundation.clocks.services import load_calendar as _load
from shudao.foundation.clocks.services import run as _run


def calendar() -> WorkCalendar:
    """Return the working days as the table has them (one query)."""
    return _calendar.calendar()


def load_calendar(path: Path | None = None) -> int:
    """
    Replace the years that a calendar file names, and compute the due dates of clocks that still run anew.

    Args:
        path: CSV with the columns day, kind (holiday or makeup), name, name_en, provisional (0 or 1); the bundled file
            (2020–2027) without one.

    Returns:
        How many special days the file names.

    Raises:
        CalendarFault: a line cannot be read; nothing is changed.
    """
    return _load.load_calendar(path or _load.BUNDLED)


def start(
    *,
    subject: str,
    kind: str,
    limit: Limit,
    at: datetime,
    basis: str,
    acting: Actor,
    now: datetime,
) -> Due:
    """
    Start a clock; it counts from the next working day (working-day limits) or the next day (the others).

    Args:
        subject: Public code of what must be done in time (a case number), at most 64 characters.
        kind: "legal" or "promised"; one of each for a subject.
        limit: How long.
        at: The instant that starts it (aware): acceptance, say; its local date counts.
        basis: The clause or promise that sets the limit.
        acting: Who does it.
        now: Aware, UTC.

    Returns:
        When it is due, explained.

    Raises:
        ClockOrder: the subject has a clock of this kind already.
    """
    return _run.start(subject=subject, kind=ClockKind(kind), limit=limit, at=at, basis=basis, acting=acting, now=now)


def pause(*, subject: str, reason: str, basis: str, acting: Actor, now: datetime) -> None:
    """
    Pause every clock of the subject from today (local) on: today does not count any more.

    Args:
        subject: As at the start.
        reason: A value of `contracts.PauseReason`: what 行政许可法 art. 45 names, nothing else.
        basis: The notice by which the applicant was told how long it will take.
        acting: Who does it.
        now: Aware, UTC.

    Raises:
        NotAPauseReason, ClockOrder (paused or stopped already), NoSuchClock.
    """
    _run.pause(subject=subject, reason=reason, basis=basis, acting=acting, now=now)


def resume(*, subject: str, acting: Actor, now: datetime) -> None:
    """Let every clock of the subject run again: today counts. Raises ClockOrder (not paused), NoSuchClock."""
    _run.resume(subject=subject, acting=acting, now=now)


def extend(*, subject: str, kind: str = "legal", by: Limit, basis: str, acting: Actor, now: datetime) -> Due:
    """
    Give one clock of the subject more time; how much the law allows, and who may approve it, is the caller's to check.

    Returns:
        The new due date, explained.

    Raises:
        TooLateToExtend: it has run out. ClockOrder: it is stopped. NoSuchClock.
    """
    return _run.extend(subject=subject, kind=ClockKind(kind), by=by, basis=basis, acting=acting, now=now)


def stop(*, subject: str, acting: Actor, now: datetime) -> None:
    """Stop every clock of the subject for good: it is done today (local). Raises ClockOrder (stopped), NoSuchClock."""
    _run.stop(subject=subject, acting=acting, now=now)


def due(subject: str, kind: str) -> Due:
    """Return when one clock is due, with the whole explanation (three queries). Raises NoSuchClock."""
    return _clocks.due(subject, ClockKind(kind))


def dues(subjects: Iterable[str]) -> dict[tuple[str, ClockKind], Due]:
    """
    Return the due dates of many subjects from their cached columns, without explanations (one query).

    Keys are (subject, kind); `ClockKind.LEGAL == "legal"`: plain strings find them. Subjects without clocks are absent.
    """
    return _clocks.dues(subjects)


def state(subject: str) -> ClockState:
    """Return whether the subject's clocks run, are paused (why, since when) or stopped (when). Raises NoSuchClock."""
    return _clocks.state(subject)
