"""The same events give the same clock for ever; events that do not fit are refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shudao.foundation.clocks.contracts import ClockOrder, Limit, PauseReason, Unit
from shudao.foundation.clocks.rules.replay import Act, Happened, replay, step
from tests.foundation.clocks.calendars import AUTUMN_2026

TWENTY = Limit(20, Unit.WORKDAY)
DAY = date(2026, 11, 24)
START = Happened(Act.START, DAY, limit=TWENTY)
PAUSE = Happened(Act.PAUSE, DAY + timedelta(days=3), reason=PauseReason.HEARING)
RESUME = Happened(Act.RESUME, DAY + timedelta(days=5))
EXTEND = Happened(Act.EXTEND, DAY + timedelta(days=6), limit=Limit(10, Unit.WORKDAY))
STOP = Happened(Act.STOP, DAY + timedelta(days=9))


@pytest.mark.parametrize(
    "events",
    [
        [],
        [PAUSE],
        [START, START],
        [START, RESUME],
        [START, PAUSE, PAUSE],
        [START, PAUSE, RESUME, RESUME],
        [START, STOP, STOP],
        [START, STOP, PAUSE],
        [START, STOP, EXTEND],
        [START, Happened(Act.PAUSE, DAY)],
        [START, Happened(Act.EXTEND, DAY)],
        [Happened(Act.START, DAY)],
    ],
)
def test_what_does_not_fit_is_refused(events: list[Happened]) -> None:
    with pytest.raises(ClockOrder):
        replay(events)


def test_a_whole_life() -> None:
    life = replay([START, PAUSE, RESUME, EXTEND, STOP])
    assert (life.state, life.stopped) == ("stopped", STOP.on)
    found = life.due(AUTUMN_2026)
    assert found.stopped_on == STOP.on
    assert found.met() is True


def test_stopping_while_paused_ends_the_pause() -> None:
    life = replay([START, PAUSE, STOP])
    assert (life.state, life.paused, life.pauses[0].until) == ("stopped", None, STOP.on)


def test_a_machine_clock_set_back_moves_nothing() -> None:
    back = Happened(Act.RESUME, DAY - timedelta(days=2))
    life = replay([START, PAUSE, back])
    assert life.pauses[0].until == PAUSE.on
    assert life.due(AUTUMN_2026).on == replay([START]).due(AUTUMN_2026).on


class ClockMachine(RuleBasedStateMachine):
    """Any order of acts: what is accepted replays to the same life, and pauses only ever move the date later."""

    @initialize(limit=st.integers(1, 30))
    def begin(self, limit: int) -> None:
        self.day = DAY
        self.events = [Happened(Act.START, self.day, limit=Limit(limit, Unit.WORKDAY))]
        self.life = replay(self.events)

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    def _do(self, event: Happened) -> None:
        before = self.life.due(AUTUMN_2026).on
        self.life = step(self.life, event)
        self.events.append(event)
        assert self.life.due(AUTUMN_2026).on >= before

    @precondition(lambda self: self.life.state == "running")
    @rule(reason=st.sampled_from(list(PauseReason)))
    def pause(self, reason: PauseReason) -> None:
        self._do(Happened(Act.PAUSE, self.day, reason=reason))

    @precondition(lambda self: self.life.state == "paused")
    @rule()
    def resume(self) -> None:
        self._do(Happened(Act.RESUME, self.day))

    @precondition(lambda self: self.life.state != "stopped")
    @rule(amount=st.integers(1, 15))
    def extend(self, amount: int) -> None:
        self._do(Happened(Act.EXTEND, self.day, limit=Limit(amount, Unit.WORKDAY)))

    @precondition(lambda self: self.life.state != "stopped" and len(self.events) > 3)
    @rule()
    def stop(self) -> None:
        self._do(Happened(Act.STOP, self.day))

    @invariant()
    def replays_alike(self) -> None:
        if hasattr(self, "life"):
            again = replay(self.events)
            assert again == self.life
            assert again.due(AUTUMN_2026) == self.life.due(AUTUMN_2026)


TestClockMachine = ClockMachine.TestCase
TestClockMachine.settings = settings(max_examples=25, stateful_step_count=15)


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_pause_moves_the_date_by_the_working_days_it_covers(begins: int, lasts: int) -> None:
    pause = Happened(Act.PAUSE, DAY + timedelta(days=1 + begins), reason=PauseReason.TESTING)
    resume = Happened(Act.RESUME, pause.on + timedelta(days=lasts))
    plain = replay([START]).due(AUTUMN_2026).on
    moved = replay([START, pause, resume]).due(AUTUMN_2026).on
    covered = [pause.on + timedelta(days=number) for number in range(lasts)]
    lost = sum(AUTUMN_2026.is_working(day) for day in covered if day > DAY)
    expected = plain
    for _ in range(lost if pause.on <= plain else 0):
        expected = AUTUMN_2026.next_working(expected)
    assert moved == expected
