"""Old snapshots go, with the files that nothing else names; what somebody reads stays until they end."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import leases
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import SnapshotInUse, SnapshotUnknown
from shudao.contexts.pool.models import Batch, DataFile, Dataset, Snapshot
from shudao.contexts.pool.services import cleaning_up, holding, retaining, upkeep
from shudao.foundation.audit.contracts import NOBODY, SYSTEM
from shudao.kernel.errors import Invalid, ShudaoError
from tests.contexts.pool import payments as written
from tests.contexts.pool.payments import CODE, Payments, scanned

pytestmark = pytest.mark.django_db


def lying(settings: Any) -> set[str]:
    root = Path(settings.POOL_ROOT)
    return {path.relative_to(root).as_posix() for path in (root / "datasets").rglob("*") if path.is_file()}


def named() -> set[str]:
    return set(DataFile.objects.values_list("path", flat=True))


WHY = "delivered twice by mistake"


def numbers() -> list[int]:
    return sorted(one.number for one in pool.snapshots(CODE))


def test_a_dropped_snapshot_takes_what_nothing_else_names(payments: Payments, noon: datetime, settings: Any) -> None:
    draw = Random("drop")
    payments.grow(draw, 2)
    payments.send(payments.some(draw, 20), Mode.FULL)
    with pytest.raises(SnapshotInUse):
        pool.drop_snapshot(CODE, 4, reason=WHY, acting=SYSTEM, now=noon)
    with pytest.raises(SnapshotUnknown):
        pool.drop_snapshot(CODE, 9, reason=WHY, acting=SYSTEM, now=noon)
    with pytest.raises(ShudaoError):
        pool.drop_snapshot(CODE, 1, reason=WHY, acting=NOBODY, now=noon)
    with pytest.raises(Invalid):
        pool.drop_snapshot(CODE, 1, reason=" no ", acting=SYSTEM, now=noon)
    assert pool.drop_snapshot(CODE, 1, reason=WHY, acting=SYSTEM, now=noon) == 0
    kept = {number: scanned(Snapshot.objects.get(number=number)) for number in (3, 4)}
    assert pool.drop_snapshot(CODE, 2, reason=WHY, acting=SYSTEM, now=noon) >= 0
    assert {number: scanned(Snapshot.objects.get(number=number)) for number in (3, 4)} == kept
    assert pool.drop_snapshot(CODE, 3, reason=WHY, acting=SYSTEM, now=noon) > 0
    assert lying(settings) == named()
    assert numbers() == [4]
    assert payments.agree()
    assert pool.check(CODE) == []
    assert Batch.objects.count() == 4


def test_by_default_thirty_days_and_three_snapshots(payments: Payments, noon: datetime, settings: Any) -> None:
    draw = Random("days")
    for month in range(6):
        payments.now = noon + timedelta(days=31 * month)
        payments.send(payments.some(draw, 10), Mode.FULL)
    pool.pin_snapshot(CODE, 1, keep=True, acting=SYSTEM, now=noon)
    assert upkeep.due(now=payments.now)
    told = pool.keep_up(now=payments.now)
    assert f"dropped {CODE} [2, 3]" in told
    assert numbers() == [1, 4, 5, 6]
    assert lying(settings) == named()
    pool.pin_snapshot(CODE, 1, keep=False, acting=SYSTEM, now=noon)
    pool.keep_up(now=payments.now)
    assert numbers() == [4, 5, 6]
    assert not upkeep.due(now=payments.now)
    pool.create(contract=written.contract(2, keep={"snapshots": 1, "days": 0}), acting=SYSTEM, now=noon, key="two")
    pool.keep_up(now=payments.now + timedelta(seconds=1))
    assert numbers() == [6]
    assert payments.agree()


def test_what_is_read_stays_until_the_reader_ends(payments: Payments, noon: datetime, settings: Any) -> None:
    draw = Random("read")
    payments.send(payments.some(draw, 10), Mode.FULL)
    payments.send(payments.some(draw, 10), Mode.FULL)
    row = Dataset.objects.get()
    with holding.standing(row, 1) as found:
        assert found is not None
        assert pool.drop_snapshot(CODE, 1, reason=WHY, acting=SYSTEM, now=noon) == 0
        assert set(found[1].paths) <= lying(settings)
    assert cleaning_up.tidy(row) > 0
    assert lying(settings) == named()


def test_a_lease_that_says_nothing_yet_keeps_all_and_a_dead_one_nothing(payments: Payments, settings: Any) -> None:
    payments.send(payments.some(Random(1), 10), Mode.FULL)
    stray = Path(settings.POOL_ROOT) / "datasets" / CODE / "stray" / "part-00.parquet"
    stray.parent.mkdir()
    stray.write_bytes(b"left by a killed process")
    row = Dataset.objects.get()
    with leases.reading(CODE):
        assert leases.held(CODE) is None
        assert cleaning_up.tidy(row) == 0
    killed = os.fork()
    if not killed:
        with leases.reading(CODE) as lease:
            lease.name(["datasets/paid/stray/part-00.parquet"])
            os.kill(os.getpid(), 9)
    os.waitpid(killed, 0)
    assert len(list((Path(settings.POOL_ROOT) / "readers" / CODE).iterdir())) == 1
    assert cleaning_up.tidy(row) == 1
    assert not stray.parent.exists()
    assert list((Path(settings.POOL_ROOT) / "readers" / CODE).iterdir()) == []


def test_rows_set_aside_go_once_all_came_good(payments: Payments, noon: datetime) -> None:
    good = payments.some(Random(1), 5)
    bad = {"resident_id": "519901198001019999", "month": "2026-01"}
    batch = payments.send([*good, bad], Mode.FULL)
    later = noon + timedelta(days=31)
    assert not retaining.due(later)
    line = pool.quarantined(batch.number, acting=SYSTEM).items[0].place
    values = {"resident_id": payments.people[0], "month": "2026-12"}
    pool.repair(batch=batch.number, place=line, values=values, acting=SYSTEM, now=noon, key="r")
    assert not retaining.due(noon)
    assert retaining.due(later)
    retaining.retain(now=later)
    assert not DataFile.objects.filter(kind="quarantine").exists()
    assert pool.batch(batch.number).quarantined == 1
    assert pool.quarantined(batch.number, acting=SYSTEM).items == ()
    assert not retaining.due(later)
