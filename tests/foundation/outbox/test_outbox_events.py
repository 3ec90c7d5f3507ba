"""Events reach every handler at least once, and take effect once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.contracts import NoSuchJob
from shudao.foundation.outbox.events import Event, named
from shudao.foundation.outbox.models import Job
from shudao.foundation.outbox.rules import backoff
from shudao.kernel import time
from tests.foundation.outbox import sample_jobs
from tests.foundation.outbox.sample_jobs import LanternLit, effects

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def _emit(lantern: str) -> None:
    with outbox.unit_of_work():
        outbox.emit(LanternLit(lantern=lantern), now=time.now())


@pytest.mark.django_db
def test_every_handler_hears_the_event_once() -> None:
    _emit("red")
    assert effects("red") == 0, "nothing happens before the worker"
    assert outbox.drain() == 2
    assert (effects("red"), effects("red!")) == (1, 1)
    assert outbox.drain() == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_rolled_back_change_never_was() -> None:
    def change() -> None:
        with outbox.unit_of_work():
            outbox.emit(LanternLit(lantern="ghost"), now=time.now())
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert outbox.drain() == 0


@pytest.mark.django_db
def test_an_event_is_due_at_once_though_the_callers_clock_is_ahead() -> None:
    with outbox.unit_of_work():
        outbox.emit(LanternLit(lantern="early"), now=time.now() + timedelta(days=2))
    assert outbox.drain() == 2


@pytest.mark.django_db(transaction=True)
def test_emitting_outside_a_unit_of_work_is_refused() -> None:
    with pytest.raises(RuntimeError, match="unit of work"):
        outbox.emit(LanternLit(lantern="loose"), now=time.now())


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_rolls_back_and_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_jobs, "broken", {"torn"})
    with time.using_clock(time.fixed(NOON)):
        _emit("torn")
        outbox.drain(strict=False)
        assert (effects("torn"), effects("torn!")) == (0, 1)
        assert outbox.drain() == 0, "it waits before the next attempt"
    monkeypatch.setattr(sample_jobs, "broken", set())
    with time.using_clock(time.fixed(NOON + backoff.FIRST_WAIT)):
        assert outbox.drain() == 1
    assert effects("torn") == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_failure_is_shown_and_can_be_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_jobs, "broken", {"bad"})
    with time.using_clock(time.fixed(NOON)):
        _emit("bad")
    for attempt in range(backoff.ATTEMPTS):
        with time.using_clock(time.fixed(NOON + timedelta(hours=attempt + 1))):
            outbox.drain(strict=False)
    (failure,) = outbox.failed()
    assert (failure.name, failure.attempts) == ("sample.lantern_lit", backoff.ATTEMPTS)
    assert "ValueError" in failure.error
    assert "510104199001011234" not in failure.error, "an ID in a message is not kept"
    assert outbox.lag(now=NOON).failed == 1

    monkeypatch.setattr(sample_jobs, "broken", set())
    later = NOON + timedelta(days=2)
    with time.using_clock(time.fixed(later)):
        outbox.replay(failure.id, now=later)
        assert outbox.lag(now=later + timedelta(seconds=9)).oldest_seconds == 9
        outbox.drain()
    assert effects("bad") == 1
    assert outbox.failed() == []
    with pytest.raises(NoSuchJob):
        outbox.replay(failure.id, now=later)


@pytest.mark.django_db
def test_a_handler_that_is_gone_fails_visibly() -> None:
    with transaction.atomic():
        outbox.emit(LanternLit(lantern="old"), now=time.now())
    Job.objects.update(handler="nowhere.at_all")
    with pytest.raises(LookupError):
        outbox.drain()


@pytest.mark.django_db
def test_a_delivery_keeps_its_id_over_attempts() -> None:
    _emit("steady")
    ids = set(Job.objects.values_list("id", flat=True))
    outbox.drain()
    assert audit.entries(target="steady")[0].reason in ids


def test_events_are_found_by_name_and_names_are_unique() -> None:
    assert named("sample.lantern_lit") is LanternLit
    with pytest.raises(LookupError):
        named("sample.nothing")
    with pytest.raises(TypeError, match="two events"):

        @dataclass(frozen=True, slots=True)
        class Other(Event):
            NAME: ClassVar[str] = "sample.lantern_lit"

    with pytest.raises(TypeError, match="needs a NAME"):

        @dataclass(frozen=True, slots=True)
        class Nameless(Event):
            pass


def test_waits_double_up_to_an_hour_and_end() -> None:
    waits = [backoff.wait(attempt) for attempt in range(1, backoff.ATTEMPTS + 1)]
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] is None
    given = [wait for wait in waits if wait]
    assert given == sorted(given)
    assert max(given) <= backoff.LONGEST_WAIT
