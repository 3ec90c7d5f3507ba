"""The door closes after so many attempts, and opens again by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.identity.rules import throttle

START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ALLOWED = throttle.ATTEMPTS_FOR_AN_ACCOUNT


def attempts(number: int, *, every: timedelta = timedelta(seconds=1)) -> throttle.Attempts | None:
    held: throttle.Attempts | None = None
    for position in range(number):
        held = throttle.count(held, allowed=ALLOWED, now=START + position * every)
    return held


def test_the_last_allowed_attempt_closes_the_door() -> None:
    assert throttle.closed_until(attempts(ALLOWED - 1), START + timedelta(minutes=1)) is None
    closed = throttle.closed_until(attempts(ALLOWED), START + timedelta(minutes=1))
    assert closed == START + timedelta(seconds=ALLOWED - 1) + throttle.CLOSED_FOR


def test_after_the_wait_the_count_begins_anew() -> None:
    held = attempts(ALLOWED)
    later = START + throttle.CLOSED_FOR + timedelta(seconds=ALLOWED)
    assert throttle.closed_until(held, later) is None
    assert throttle.count(held, allowed=ALLOWED, now=later).failures == 1


def test_slow_attempts_never_close_it() -> None:
    held = attempts(40, every=throttle.WINDOW / (ALLOWED - 1) + timedelta(seconds=1))
    assert throttle.closed_until(held, START) is None


@given(st.lists(st.integers(0, 3600), min_size=1, max_size=60))
def test_inside_any_window_fewer_than_twice_the_allowance_get_through(seconds: list[int]) -> None:
    held: throttle.Attempts | None = None
    through: list[datetime] = []
    for second in sorted(seconds):
        now = START + timedelta(seconds=second)
        if throttle.closed_until(held, now) is None:
            held = throttle.count(held, allowed=ALLOWED, now=now)
            through.append(now)
    for first in through:
        # A window may be straddled: some attempts at its end, the full allowance at the start of the next.
        assert sum(first <= one < first + throttle.WINDOW for one in through) < 2 * ALLOWED


def test_a_clock_that_goes_back_does_not_lock_anybody_out_for_longer() -> None:
    held = attempts(ALLOWED - 1)
    back = START - timedelta(hours=1)
    assert throttle.count(held, allowed=ALLOWED, now=back).failures == 1
