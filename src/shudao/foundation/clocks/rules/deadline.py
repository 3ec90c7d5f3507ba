"""The one deadline engine: from a limit, a start, pauses and extensions to a date that explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shudao.foundation.clocks.contracts import Due, Limit, PauseReason, Unit
from shudao.foundation.clocks.rules import telling
from shudao.foundation.clocks.rules.calendar import ONE_DAY, WorkCalendar
from shudao.foundation.clocks.rules.limits import days_to_count
from shudao.foundation.clocks.rules.telling import Mark


@dataclass(frozen=True, slots=True)
class Pause:
    """Days from `first` to the day before `until` do not count; the day of resuming does. None: not resumed yet."""

    first: date
    until: date | None
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Extension:
    """More time on top, approved before the limit ran out; `basis` says by what."""

    by: Limit
    basis: str = ""


def due(
    limit: Limit,
    started: date,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    calendar: WorkCalendar | None = None,
) -> Due:
    """
    Return the last day in time, with every day before it explained.

    The starting day does not count. Working-day limits count working days; the others count days of the calendar and,
    where the last is a day off, end on the next working day. Paused days never count. Extensions follow one another.

    Args:
        limit: How long.
        started: Local date of the start.
        pauses: In order of time, not overlapping. One without an end leaves no day out: see `Due.paused`.
        extensions: In the order they were given.
        calendar: Which days are worked; plain five-day weeks, all unknown, without one.

    Returns:
        The due date; `provisional` where it, or a day on the way, lies in a year not announced.

    Source:
        行政许可法 art. 45 and 82; 民法典 art. 201–203; proved by tests/foundation/clocks/test_clock_deadlines.py
    """
    calendar = calendar or WorkCalendar.of(())
    count = _Count(calendar, pauses, started)
    for by in (limit, *(extension.by for extension in extensions)):
        count.add(by)
    rolled_from = count.roll()
    provisional = not all(calendar.known(mark.day) for mark in count.marks) or not calendar.known(started)
    spans = telling.spans(count.marks)
    explanation = telling.explain(
        limit=limit,
        started=started,
        extensions=[(extension.by, extension.basis) for extension in extensions],
        marks=count.marks,
        on=count.day,
        rolled_from=rolled_from,
        unknown_years=sorted({mark.day.year for mark in count.marks if not calendar.known(mark.day)}),
        paused=next((pause.reason for pause in pauses if pause.until is None), None),
    )
    open_pause = any(pause.until is None for pause in pauses)
    return Due(on=count.day, explanation=explanation, provisional=provisional, spans=spans, paused=open_pause)


class _Count:
    """Walks day by day and marks each."""

    def __init__(self, calendar: WorkCalendar, pauses: Sequence[Pause], started: date) -> None:
        self._calendar, self._pauses = calendar, pauses
        self.day = started
        self.marks: list[Mark] = []

    def add(self, limit: Limit) -> None:
        left = days_to_count(limit, self.day)
        while left:
            self.day += ONE_DAY
            mark = self._mark(self.day, working_days=limit.unit is Unit.WORKDAY)
            self.marks.append(mark)
            left -= mark.counts

    def roll(self) -> date | None:
        """Go on to the next day that is worked and not paused; return where from, if it had to."""
        came = self.day
        while not self._calendar.is_working(self.day) or self._paused(self.day):
            self.day += ONE_DAY
            mark = self._mark(self.day, working_days=True)
            kind = "rolled" if mark.counts else mark.kind
            self.marks.append(Mark(mark.day, kind, counts=False, name=mark.name, reason=mark.reason))
        return came if came != self.day else None

    def _mark(self, day: date, *, working_days: bool) -> Mark:
        reason = self._paused(day)
        if reason is not None:
            return Mark(day, "paused", counts=False, reason=reason)
        if not working_days:
            return Mark(day, "counted", counts=True)
        special = self._calendar.special(day)
        if special is not None:
            kind = "makeup" if special.working else "holiday"
            return Mark(day, kind, counts=special.working, name=special.name)
        return Mark(day, "counted", counts=True) if day.weekday() < 5 else Mark(day, "weekend", counts=False)

    def _paused(self, day: date) -> PauseReason | None:
        return next((p.reason for p in self._pauses if p.until is not None and p.first <= day < p.until), None)
