"""A clock's whole life from its events: the same events give the same state and date for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from shudao.foundation.clocks.contracts import ClockOrder, Due, Limit, PauseReason
from shudao.foundation.clocks.rules import deadline
from shudao.foundation.clocks.rules.calendar import WorkCalendar
from shudao.foundation.clocks.rules.deadline import Extension, Pause


class Act(StrEnum):
    """What can happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event on a local date; `reason` for a pause, `limit` for a start or an extension."""

    act: Act
    on: date
    limit: Limit | None = None
    reason: PauseReason | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What the events add up to."""

    limit: Limit
    started: date
    last: date
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped: date | None = None

    @property
    def paused(self) -> Pause | None:
        """The pause that is not over, if any."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    @property
    def state(self) -> str:
        """ "running", "paused" or "stopped"."""
        if self.stopped:
            return "stopped"
        return "paused" if self.paused else "running"

    def due(self, calendar: WorkCalendar) -> Due:
        """Return the due date as the events so far make it."""
        found = deadline.due(self.limit, self.started, self.pauses, self.extensions, calendar)
        return replace(found, paused=self.paused is not None, stopped_on=self.stopped)


def replay(events: Iterable[Happened]) -> Life:
    """
    Return the life that the events make.

    A date before that of the event before it counts as that one: a machine's clock that was set back moves nothing.

    Raises:
        ClockOrder: an event that its forerunners do not allow.

    Source:
        行政许可法 art. 45; proved by tests/foundation/clocks/test_clock_replay.py
    """
    life: Life | None = None
    for event in events:
        life = step(life, event)
    if life is None:
        raise ClockOrder()
    return life


def step(life: Life | None, event: Happened) -> Life:
    """Return the life with one more event. Raises ClockOrder where it does not fit."""
    if life is None:
        if event.act is not Act.START or event.limit is None:
            raise ClockOrder()
        return Life(limit=event.limit, started=event.on, last=event.on)
    if event.act is Act.START or life.stopped is not None:
        raise ClockOrder()
    on = max(event.on, life.last)
    return _STEPS[event.act](replace(life, last=on), event, on)


def _pause(life: Life, event: Happened, on: date) -> Life:
    if life.paused or event.reason is None:
        raise ClockOrder()
    return replace(life, pauses=(*life.pauses, Pause(on, None, event.reason)))


def _resume(life: Life, _event: Happened, on: date) -> Life:
    if life.paused is None:
        raise ClockOrder()
    return replace(life, pauses=(*life.pauses[:-1], replace(life.paused, until=on)))


def _extend(life: Life, event: Happened, _on: date) -> Life:
    if event.limit is None:
        raise ClockOrder()
    return replace(life, extensions=(*life.extensions, Extension(event.limit, event.basis)))


def _stop(life: Life, event: Happened, on: date) -> Life:
    ended = _resume(life, event, on) if life.paused else life
    return replace(ended, stopped=on)


_STEPS = {Act.PAUSE: _pause, Act.RESUME: _resume, Act.EXTEND: _extend, Act.STOP: _stop}
