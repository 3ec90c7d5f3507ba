"""The circuit breaker against a slow telling of its rules, and the places of calls over several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.faces.gateway.proxy.breaker import Breaker, Resting
from shudao.faces.gateway.proxy.places import Places

STEPS = st.lists(st.sampled_from(["call", "good", "bad", "bad", "bad", "lost", "late", "wait", "long"]), max_size=200)


def expected(failures: int, rest: float, good: bool) -> tuple[int, float]:
    """Return (failures in a row, rest; 0 for closed) after a call that went through."""
    if good:
        return 0, 0.0
    if rest:
        return 0, {5.0: 10.0, 10.0: 20.0, 20.0: 40.0, 40.0: 60.0, 60.0: 60.0}[rest]
    return (failures + 1, 0.0) if failures < 4 else (0, 5.0)


@given(STEPS)
def test_any_history_keeps_the_rules(steps: list[str]) -> None:
    clock = [100.0]
    breaker = Breaker(lambda: clock[0])
    failures, rest, opened, old = 0, 0.0, 0.0, breaker.admit()
    breaker.abandoned(old)
    for step in steps:
        clock[0] += {"wait": 1.0, "long": 61.0}.get(step, 0.0)
        if step == "late":
            if rest:
                breaker.failed(old)
                breaker.succeeded(old)
            continue
        resting = bool(rest) and clock[0] < opened + rest
        assert breaker.state == ("open" if resting else "half-open" if rest else "closed")
        if resting:
            with pytest.raises(Resting) as caught:
                breaker.admit()
            assert 0 < caught.value.seconds <= 60
            continue
        ticket = breaker.admit()
        if rest:
            with pytest.raises(Resting):
                breaker.admit()
        if step not in ("good", "bad"):
            breaker.abandoned(ticket)
            continue
        (breaker.succeeded if step == "good" else breaker.failed)(ticket)
        before, (failures, rest) = rest, expected(failures, rest, step == "good")
        if rest and (rest != before or step == "bad"):
            opened, old = clock[0], ticket


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    breaker = Breaker(lambda: 0.0)
    for good in (False, False, False, False, True, False, False, False, False):
        (breaker.succeeded if good else breaker.failed)(breaker.admit())
    assert breaker.state == "closed"
    breaker.failed(breaker.admit())
    assert (breaker.state, breaker.rest) == ("open", 5.0)


def hold(file: Path, count: int, taken: multiprocessing.Queue) -> None:
    places = Places(file)
    taken.put([places.take("a", 4) is not None for _ in range(count)])
    signal.pause()


def test_places_are_counted_over_processes_and_come_back_when_one_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    other = context.Process(target=hold, args=(tmp_path / "p.lock", 3, taken))
    other.start()
    try:
        assert taken.get(timeout=20) == [True, True, True]
        places = Places(tmp_path / "p.lock")
        mine = places.take("a", 4)
        assert mine is not None
        assert places.take("a", 4) is None
        assert places.take("b", 4) is not None
        places.give(mine)
        assert places.take("a", 4) == mine
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.join()
    assert [places.take("a", 4) is not None for _ in range(4)] == [True, True, True, False]
    places.close()
