"""Time, ids and randomness are injected, so a seeded run replays identically (GOALS safety 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from shudao.kernel import ids, time


def test_a_day_is_the_provinces_day() -> None:
    assert time.local_date(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        time.local_date(datetime(2026, 11, 24))  # noqa: DTZ001  this is the point
    with pytest.raises(ValueError, match="aware"):
        time.fixed(datetime(2026, 11, 24))  # noqa: DTZ001


def test_a_seeded_run_makes_the_same_ids() -> None:
    def run() -> list[str]:
        source = Random(7)
        with time.using_clock(time.fixed(datetime(2026, 1, 1, tzinfo=UTC))), ids.using_random(source.randbytes):
            return [ids.new_id() for _ in range(5)] + [ids.new_secret()]

    assert run() == run()
    assert len(set(run())) == 6


def test_ids_sort_by_the_instant_they_were_made() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = []
    for milliseconds in range(50):
        with time.using_clock(time.fixed(start + timedelta(milliseconds=milliseconds))):
            made.append(ids.new_id())
    assert made == sorted(made)
    assert {len(one) for one in made} == {26}


def test_a_secret_can_be_typed() -> None:
    secret = ids.new_secret(12)
    assert len(secret) == 12
    assert not set(secret) & set("ILOU"), "letters that look like digits"
