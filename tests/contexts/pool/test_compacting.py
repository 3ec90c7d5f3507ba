"""Merged files hold the same rows; older snapshots keep theirs."""

from __future__ import annotations

from datetime import datetime
from random import Random

import pytest

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import ContractBroken
from shudao.contexts.pool.models import Snapshot
from shudao.contexts.pool.services import compacting
from shudao.foundation.audit.contracts import SYSTEM
from tests.contexts.pool import payments as written
from tests.contexts.pool.payments import CODE, Payments, scanned

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(3))
def test_the_same_rows_lie_in_fewer_files(payments: Payments, noon: datetime, seed: int) -> None:
    payments.grow(Random(f"compact {seed}"), 5)
    before = pool.snapshots(CODE)[0]
    olds = {one.number: scanned(one) for one in Snapshot.objects.all()}
    number = pool.compact(CODE, acting=SYSTEM, now=noon)
    after = pool.snapshots(CODE)[0]
    assert after.number == number == before.number + 1
    assert (after.rows, after.subjects, after.as_of) == (before.rows, before.subjects, before.as_of)
    assert after.files < before.files
    made = Snapshot.objects.get(number=number)
    assert (made.kind, made.dead, len(made.layers)) == ("compaction", None, 1)
    assert scanned(made) == payments.rows()
    assert payments.agree()
    assert {one.number: scanned(one) for one in Snapshot.objects.exclude(number=number)} == olds
    assert pool.check(CODE) == []
    assert pool.compact(CODE, acting=SYSTEM, now=noon) == number


def test_deliveries_go_on_after_it(payments: Payments, noon: datetime) -> None:
    draw = Random("on")
    payments.grow(draw, 3)
    pool.compact(CODE, acting=SYSTEM, now=noon)
    batch = payments.send(payments.some(draw, 10), Mode.UPSERT)
    assert payments.agree()
    assert scanned(Snapshot.objects.get(number=batch.snapshot)) == payments.rows()
    assert pool.check(CODE) == []


def test_a_merged_file_comes_of_every_delivery_in_it(payments: Payments, noon: datetime) -> None:
    payments.grow(Random("lineage"), 3)
    number = pool.compact(CODE, acting=SYSTEM, now=noon)
    rows = [row for row in pool.lineage(CODE, limit=1_000) if row.snapshots == (number,)]
    with_data = {
        row.batch for row in pool.lineage(CODE, limit=1_000) if row.kind == "data" and number not in row.snapshots
    }
    assert {row.batch for row in rows} == with_data
    assert all(row.indexed for row in rows)
    one = rows[0].batch
    assert {row.batch for row in pool.lineage(CODE, batch=one)} == {one}


def test_it_is_due_after_eight_deliveries_on_top(payments: Payments) -> None:
    draw = Random("due")
    first, *rest = payments.some(draw, 9)
    payments.send([first], Mode.FULL)
    for row in rest:
        assert compacting.due() == []
        payments.send([row], Mode.APPEND)
    assert compacting.due() == [CODE]


def test_columns_that_came_later_are_kept_and_those_that_went_stop_it(payments: Payments, noon: datetime) -> None:
    draw = Random("columns")
    payments.grow(draw, 1)
    extra = [{"name": "note", "title": {"zh": "备注"}, "identifying": True}]
    pool.create(contract=written.contract(2, extra), acting=SYSTEM, now=noon, key="two")
    payments.send(payments.some(draw, 5), Mode.UPSERT, more={"note": "新"})
    pool.compact(CODE, acting=SYSTEM, now=noon)
    notes = [row["note"] for person in payments.people for row in payments.looked_up(person)]
    assert (notes.count("新"), len(notes)) == (5, len(payments.state))
    pool.create(contract=written.contract(3), acting=SYSTEM, now=noon, key="three")
    payments.send(payments.some(draw, 5), Mode.UPSERT)
    assert compacting.due() == []
    with pytest.raises(ContractBroken):
        pool.compact(CODE, acting=SYSTEM, now=noon)
