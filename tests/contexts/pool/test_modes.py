"""Deliveries that add, replace and remove rows: random ones leave what a dictionary leaves, in scans and look-ups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo import people as people_
from demo.numbers import resident_ids
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import live
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.models import Snapshot
from shudao.foundation.audit.contracts import SYSTEM
from tests.faults.pool.register import contract

pytestmark = pytest.mark.django_db
MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
COLUMNS = ["resident_id", "month", "name", "base", "paid_on"]
State = dict[tuple[str, str], dict[str, Any]]
Send = Callable[..., Batch]


@pytest.fixture
def people() -> list[str]:
    make = resident_ids()
    return [make(1, date(1980, 1, 1), True) for _ in range(9)]


@pytest.fixture
def send(sichuan: None, tmp_path: Path, noon: datetime) -> Send:
    """Deliver rows in a mode."""
    pool.create(contract=contract(), acting=SYSTEM, now=noon, key="create")
    count = iter(range(1000))

    def do(rows: list[dict[str, Any]], mode: Mode, key: str = "") -> Batch:
        number = next(count)
        source = tmp_path / f"{number}.parquet"
        names = ["resident_id", "month"] if mode is Mode.DELETE else COLUMNS
        types = {"base": pa.int64(), "paid_on": pa.date32()}
        arrays = [pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in names]
        pq.write_table(pa.table(arrays, names), source)
        return pool.ingest(dataset="paid", source=source, acting=SYSTEM, now=noon, key=key or str(number), mode=mode)

    return do


def row(draw: Random, people: list[str]) -> dict[str, Any]:
    return {
        "resident_id": draw.choice(people),
        "month": draw.choice(MONTHS),
        "name": draw.choice([None, "甲", "乙丙"]),
        "base": draw.choice([None, draw.randint(-5, 10**12)]),
        "paid_on": draw.choice([None, date(2026, 1, draw.randint(1, 28))]),
    }


def expected(state: State, rows: list[dict[str, Any]], mode: Mode) -> tuple[State, int]:
    """What a dictionary makes of it, and how many rows are good; of rows with one key the first counts."""
    after: State = {} if mode is Mode.FULL else dict(state)
    seen: set[tuple[str, str]] = set()
    good = 0
    for one in rows:
        place = one["resident_id"], one["month"]
        if place in seen or (mode is Mode.APPEND and place in state) or (mode is Mode.DELETE and place not in state):
            seen.add(place)
            continue
        seen.add(place)
        good += 1
        if mode is Mode.DELETE:
            del after[place]
        else:
            after[place] = one
    return after, good


def looked_up(person: str) -> list[dict[str, Any]]:
    found = pool.lookup("paid", person)
    return [dict(one) for one in found.rows] if found else []


def shown(state: State, person: str) -> list[dict[str, Any]]:
    rows = [dict(one) for (who, _), one in sorted(state.items()) if who == person]
    for one in rows:
        del one["resident_id"]
        one["paid_on"] = one["paid_on"].isoformat() if one["paid_on"] else None
    return rows


def scanned(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    standing = live.of(snapshot)
    if not standing.paths:
        return []
    rows, parameters = standing.relation()
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(f"SELECT month, base, paid_on FROM ({rows})", parameters).fetchall()  # noqa: S608
    return sorted(found, key=repr)


@pytest.mark.parametrize("seed", range(6))
def test_random_deliveries_leave_what_a_dictionary_leaves(seed: int, send: Send, people: list[str]) -> None:
    draw, state, history = Random(f"modes {seed}"), dict[tuple[str, str], dict[str, Any]](), []
    for _ in range(7):
        mode = draw.choice([Mode.FULL, Mode.APPEND, Mode.APPEND, Mode.UPSERT, Mode.UPSERT, Mode.DELETE, Mode.DELETE])
        rows = [row(draw, people) for _ in range(draw.randint(1, 25))]
        state, good = expected(state, rows, mode)
        batch = send(rows, mode)
        assert (batch.rows, batch.good, batch.mode) == (len(rows), good, mode)
        history.append([(one["month"], one["base"], one["paid_on"]) for one in state.values()])
        latest = pool.snapshots("paid")[0]
        assert (latest.rows, latest.subjects) == (len(state), len({who for who, _ in state}))
        assert all(looked_up(person) == shown(state, person) for person in people)
        assert pool.check("paid") == []
    for snapshot, rows_then in zip(Snapshot.objects.order_by("number"), history, strict=True):
        assert scanned(snapshot) == sorted(rows_then, key=repr)


def test_an_index_that_was_lost_is_made_again_of_the_files(send: Send, people: list[str], noon: datetime) -> None:
    draw = Random("rebuild")
    rows = [row(draw, people) for _ in range(40)]
    state, _ = expected({}, rows, Mode.FULL)
    send(rows, Mode.FULL)
    more = [row(draw, people) for _ in range(15)]
    state, _ = expected(state, more, Mode.UPSERT)
    send(more, Mode.UPSERT)
    assert pool.rebuild_index("paid", acting=SYSTEM, now=noon) == len({who for who, _ in state})
    assert all(looked_up(person) == shown(state, person) for person in people)


def test_rows_that_are_not_there_cannot_be_removed(send: Send, people: list[str]) -> None:
    batch = send([{"resident_id": people[0], "month": "2026-01"}], Mode.DELETE)
    assert (batch.good, batch.quarantined, batch.reasons) == (0, 1, {"row.unknown": 1})


def test_a_row_that_is_there_cannot_be_added_again(send: Send, people: list[str]) -> None:
    rows = [row(Random(1), people[:1]) | {"month": month} for month in MONTHS]
    send(rows[:4], Mode.FULL)
    batch = send(rows[2:], Mode.APPEND)
    assert (batch.good, batch.quarantined, batch.reasons) == (2, 2, {"key.unique": 2})


def test_a_dataset_of_one_row_a_subject_loses_the_rows_named(
    world: people_.World, deliver: Send, tmp_path: Path
) -> None:
    deliver()
    number = world.people[0].resident_id
    assert pool.lookup("population", number)
    source = tmp_path / "gone.csv"
    source.write_text(f"resident_id\n{number}\n")
    batch = deliver(source=source, key="gone", mode=Mode.DELETE)
    assert (batch.good, batch.quarantined) == (1, 0)
    assert pool.lookup("population", number) is None
    assert pool.lookup("population", world.people[1].resident_id)
    assert pool.check("population") == []
