"""A dataset as it stood."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import keys
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import SnapshotUnknown
from shudao.foundation.audit.contracts import SYSTEM
from tests.contexts.pool.payments import CODE, Payments

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three_days(payments: Payments, noon: datetime) -> Payments:
    draw = Random("travel")
    for day, rows in enumerate((10, 20, 30)):
        payments.now = noon + day * DAY
        payments.send(payments.some(draw, rows), Mode.FULL)
    return payments


def test_counts_are_those_of_the_day(three_days: Payments, noon: datetime) -> None:
    assert pool.counts_at(noon - DAY) == {}
    assert [pool.counts_at(noon + day * DAY + DAY / 2) for day in range(3)] == [{CODE: 10}, {CODE: 20}, {CODE: 30}]
    pool.compact(CODE, acting=SYSTEM, now=noon + 9 * DAY)
    assert pool.counts_at(noon + 2 * DAY) == {CODE: 30}
    at = pool.snapshot_at(CODE, noon + DAY)
    assert at is not None
    assert (at.number, at.rows, at.current) == (2, 20, False)
    assert pool.snapshot_at(CODE, noon - DAY) is None


def test_rows_of_a_snapshot_are_shown_masked(three_days: Payments, noon: datetime) -> None:
    shown = pool.rows(CODE, as_of=noon + DAY, limit=1_000)
    assert len(shown) == 20
    assert shown == pool.rows(CODE, snapshot=2, limit=1_000)
    assert len(pool.rows(CODE, limit=1_000)) == 30
    assert len(pool.rows(CODE, limit=7)) == 7
    assert list(shown[0]) == ["resident_id", "month", "name", "payer_id", "base", "paid_on"]
    hashes = {keys.subject_of(person).hex()[:6] + "…" for person in three_days.people}
    assert {row["resident_id"] for row in shown} <= hashes
    assert {row["payer_id"] for row in shown} <= hashes | {""}
    assert not any(person in repr(shown) for person in three_days.people)
    assert "乙丙" not in repr(shown)


def test_a_time_before_all_is_refused(three_days: Payments, noon: datetime) -> None:
    with pytest.raises(SnapshotUnknown):
        pool.rows(CODE, as_of=noon - DAY)
    with pytest.raises(SnapshotUnknown):
        pool.rows(CODE, snapshot=77)
