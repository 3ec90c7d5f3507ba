"""Whoever leaves, leaves everything; everybody else stays as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import keys, live, locks, quarantine, vault
from shudao.contexts.pool.adapters.datafiles import DataFile as Reader
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.models import Batch, DataFile, Erasure, Repair, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import aside
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM
from shudao.kernel.errors import Invalid, ShudaoError
from shudao.plane.lookup.reader import IndexReader
from tests.contexts.pool.payments import CODE, Payments, scanned

pytestmark = pytest.mark.django_db
REASON = "本人申请删除"


def erase(person: str, noon: datetime, key: str = "leave", **rest: Any) -> Any:
    return pool.erase(person, reason=REASON, acting=SYSTEM, now=noon, key=key, **rest)


def all_rows(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """Every live row with its subject and its sealed columns."""
    standing, contract = live.of(snapshot), manifest.contract(snapshot.dataset)
    dead = live.by_file(live.read_dead(standing))
    found: list[tuple[Any, ...]] = []
    for path in standing.paths:
        opening = keys.opening_keys(keys.FILES)
        with Reader(standing.root / path, contract, opening, standing.versions) as file:
            for table in file.between(0, 256, dead.get(path)):
                found += [tuple(row.values()) for row in table.to_pylist()]
    return sorted(found, key=repr)


def without(rows: list[tuple[Any, ...]], subject: bytes) -> list[tuple[Any, ...]]:
    kept = [row for row in rows if row[0] != subject]
    return sorted((tuple(None if value == subject else value for value in row) for row in kept), key=repr)


def plain(root: Path) -> Iterator[bytes]:
    """Everything below the pool's folder: as it lies, and what opens."""
    for path in root.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
        if path.is_file() and path.name.startswith("quarantine"):
            yield json.dumps(list(quarantine.read(path, keys.opening_keys(keys.FILES))), ensure_ascii=False).encode()


def traces(root: Path, person: str) -> list[bytes]:
    subject = keys.subject_of(person)
    return [mark for mark in (subject, subject.hex().encode(), person.encode()) for text in plain(root) if mark in text]


def opened(payments: Payments, settings: Any) -> list[str]:
    """Hashes that a reader of the index sees anywhere in what it answers, or is keyed by."""
    reader = IndexReader(Path(settings.POOL_ROOT) / "index" / CODE, keys.opening_keys(keys.INDEX))
    try:
        assert reader.problems() == []
        subjects = {keys.subject_of(person): reader.lookup(keys.subject_of(person)) for person in payments.people}
    finally:
        reader.close()
    return [one.hex() for one, found in subjects.items() if found] + [
        row["payer_id"] for found in subjects.values() if found for row in found.rows if row["payer_id"]
    ]


def mixed(payments: Payments, draw: Random) -> None:
    """Deliveries of every mode, bad rows among them that name the second person."""
    payments.grow(draw, 4)
    bad = {"resident_id": "519901198001019999", "month": "2026-01", "name": f"代{payments.people[1]}缴"}
    payments.send([payments.row(draw, payments.people[2], "2026-01"), bad], Mode.UPSERT)
    payments.state.pop((bad["resident_id"], bad["month"]))


@pytest.mark.parametrize("seed", range(3))
def test_a_person_leaves_everything_and_nobody_else_changes(
    payments: Payments, noon: datetime, settings: Any, seed: int
) -> None:
    mixed(payments, Random(f"erase {seed}"))
    person = payments.people[1]
    subject, root = keys.subject_of(person), Path(settings.POOL_ROOT)
    before = {one.number: all_rows(one) for one in Snapshot.objects.all()}
    assert subject.hex() in opened(payments, settings)
    done = erase(person, noon)
    assert done.waiting == ()
    assert done.rows > 0
    assert (done.mentions > 0, done.quarantined) == (True, 1)
    assert pool.lookup(CODE, person) is None
    assert vault.reveal(subject) is None
    assert traces(root, person) == []
    assert subject.hex() not in opened(payments, settings)
    for one in Snapshot.objects.all():
        left = without(before[one.number], subject)
        assert all_rows(one) == left
        assert (one.rows, one.subjects) == (len(left), len({row[0] for row in left}))
        assert len(scanned(one)) == one.rows
    payments.state = {place: row for place, row in payments.state.items() if place[0] != person}
    for row in payments.state.values():
        row["payer_id"] = None if row["payer_id"] == person else row["payer_id"]
    assert payments.agree()
    assert [one.rows for one in pool.datasets()] == [len(payments.state)]
    assert all(vault.reveal(keys.subject_of(one)) == one for one, _ in payments.state)
    assert pool.check(CODE) == []
    assert sum(DataFile.objects.filter(kind="data").values_list("subjects", flat=True)) >= len(payments.people) - 1
    again = erase(person, noon, "again")
    assert (again.rows, again.mentions, again.quarantined, again.waiting) == (0, 0, 0, ())


def test_rows_set_aside_leave_and_those_repaired_keep_their_places(
    payments: Payments, noon: datetime, tmp_path: Path
) -> None:
    person, other = payments.people[:2]
    source = tmp_path / "misshapen.csv"
    source.write_text(
        "resident_id,month,name,payer_id,base,paid_on\n"
        f"{person},2026-01,甲,,1,2026-01-01,too,many\n"
        f"{other},2026-01,乙,,1,2026-01-01,too,many\n"
        f"{other},2026-02,乙,,x,2026-01-01\n"
        f"{person},2026-02,甲,,x,2026-01-01\n"
    )
    batch = pool.ingest(dataset=CODE, source=source, acting=SYSTEM, now=noon, key="bad")
    assert batch.quarantined == 4
    values = {"resident_id": other, "month": "2026-03", "base": "1"}
    place = aside.MISSHAPEN + 1
    repair = pool.repair(batch=batch.number, place=place, values=values, acting=SYSTEM, now=noon, key="r")
    assert repair.good == 1
    assert erase(person, noon).quarantined == 2
    after = pool.batch(batch.number)
    assert (after.rows, after.good, after.quarantined, after.erased) == (4, 0, 2, 2)
    shown = pool.quarantined(batch.number, acting=SYSTEM).items
    assert sorted((row.place, bool(row.repaired)) for row in shown) == [(1, False), (aside.MISSHAPEN, True)]
    assert Repair.objects.count() == 1
    assert erase(other, noon, "other").quarantined == 2
    assert not DataFile.objects.filter(kind="quarantine").exists()
    assert Batch.objects.get(number=batch.number).erased == 4


def test_a_busy_dataset_is_come_back_to(payments: Payments, noon: datetime, settings: Any) -> None:
    payments.grow(Random("busy"), 2)
    person = next(who for who, _ in payments.state)
    with locks.only_writer(CODE):
        done = erase(person, noon)
        assert done.waiting == (CODE,)
        assert pool.lookup(CODE, person) is None
        assert vault.reveal(keys.subject_of(person)) is None
    assert erase(person, noon).rows > 0
    row = Erasure.objects.get()
    assert row.done_at == noon
    assert bytes(row.identifier) == b""
    assert traces(Path(settings.POOL_ROOT), person) == []
    assert pool.finish_erasures(now=noon) == []


def test_a_later_delivery_brings_the_person_again(payments: Payments, noon: datetime) -> None:
    draw = Random("again")
    payments.grow(draw, 1)
    person = payments.people[0]
    erase(person, noon)
    payments.send([payments.row(draw, person, "2026-01")], Mode.UPSERT)
    assert pool.lookup(CODE, person)
    assert vault.reveal(keys.subject_of(person)) == person


def test_merged_files_lose_the_person_too(payments: Payments, noon: datetime, settings: Any) -> None:
    payments.grow(Random("merged"), 3)
    pool.compact(CODE, acting=SYSTEM, now=noon)
    person = next(who for who, _ in payments.state)
    erase(person, noon)
    assert traces(Path(settings.POOL_ROOT), person) == []
    assert pool.check(CODE) == []


def test_of_some_datasets_only_the_vault_keeps_who_stands_elsewhere(
    payments: Payments, noon: datetime, deliver: Any, world: Any
) -> None:
    person = world.people[0].resident_id
    deliver("population")
    payments.send([payments.row(Random(1), person, "2026-01")], Mode.FULL)
    erase(person, noon, datasets=[CODE])
    assert pool.lookup(CODE, person) is None
    assert pool.lookup("population", person)
    assert vault.reveal(keys.subject_of(person)) == person
    erase(person, noon, "both", datasets=["population"])
    assert vault.reveal(keys.subject_of(person)) is None


def test_it_takes_a_reason_and_a_right(payments: Payments, noon: datetime) -> None:
    person = payments.people[0]
    with pytest.raises(Invalid):
        pool.erase(person, reason="啊", acting=SYSTEM, now=noon, key="no")
    with pytest.raises(Invalid):
        pool.erase("", reason=REASON, acting=SYSTEM, now=noon, key="no")
    with pytest.raises(ShudaoError):
        pool.erase(person, reason=REASON, acting=NOBODY, now=noon, key="no")
    erase(person, noon)
    entries = audit.entries(target=keys.subject_of(person).hex())
    assert [one.action for one in entries] == ["pool.erased", "pool.erase"]
    assert entries[1].reason == REASON
    assert person not in repr(entries)
