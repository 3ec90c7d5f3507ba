"""What rules say of a delivery becomes scores and corrections owed; a correction closes when the data passes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo import people, populations
from demo.numbers import wrong_check
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.contracts.quality import (
    CORRECTION,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.outbox import api as outbox

pytestmark = pytest.mark.django_db(transaction=True)
Deliver = Callable[..., Batch]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def clean(world: people.World, tmp_path: Path) -> Path:
    """The population register without a planted error."""
    header, *rows = read(populations.write(world, tmp_path / "plain", kind="csv").files["population"])
    known = {person.resident_id: person for person in world.people}
    good = [row for row in rows if row[0] in known and row[1] and row[4] != "未知族"]
    return write(tmp_path / "clean.csv", [header, *good])


@pytest.fixture
def dirty(clean: Path, tmp_path: Path) -> Path:
    """The same with three wrong check digits and two people without a name."""
    header, *rows = read(clean)
    for place in (10, 20, 30):
        rows[place][0] = wrong_check(rows[place][0])
    for place in (40, 50):
        rows[place][1] = ""
    return write(tmp_path / "dirty.csv", [header, *rows])


def owed(state: DutyState | None = None) -> list[Any]:
    return list(duties.listing(kind=CORRECTION, state=state, size=100).items)


def test_a_dirty_delivery_owes_corrections_with_masked_rows_and_a_clean_one_settles_them(
    deliver: Deliver, dirty: Path, clean: Path
) -> None:
    first = deliver(source=dirty, key="first")
    outbox.drain()
    opened = {duty.evidence["rule"]: duty for duty in owed(DutyState.OPEN)}
    assert set(opened) == {"resident_id.check_digit", "name.required"}
    title = opened["resident_id.check_digit"].title
    assert title.zh.endswith("“公民身份号码”3 条不合格（规则 resident_id.check_digit）")
    assert title.en.endswith("3 wrong in “Resident ID” (rule resident_id.check_digit)")
    evidence = opened["resident_id.check_digit"].evidence
    assert (evidence["batch"], evidence["broken"]) == (first.number, 3)
    assert [row["line"] for row in evidence["sample"]] == [11, 21, 31]
    assert all(set(row["values"]) == {"resident_id"} for row in evidence["sample"])
    plain = [row[0] for row in read(dirty)]
    assert not any(number in json.dumps(evidence) for number in plain if len(number) == 18)
    deliver(source=dirty, key="again")
    outbox.drain()
    assert len(owed()) == 2, "no second duty while one is open"
    third = deliver(source=clean, key="clean")
    outbox.drain()
    assert owed(DutyState.OPEN) == []
    assert {duty.closing["batch"] for duty in owed(DutyState.CLOSED)} == {third.number}


def test_a_duty_is_due_in_ten_working_days(deliver: Deliver, dirty: Path) -> None:
    deliver(source=dirty)
    outbox.drain()
    for duty in owed():
        assert 14 <= (duty.due_on - duty.opened_on).days <= 21
        assert duty.owner == pool.datasets()[0].owner


def test_scores_follow_the_data_and_travel_with_look_ups(
    deliver: Deliver, dirty: Path, clean: Path, world: people.World
) -> None:
    deliver(source=dirty, key="first")
    outbox.drain()
    deliver(source=clean, key="clean")
    outbox.drain()
    newest, oldest = pool.scores("population")
    assert newest.dimensions["02"] == 1.0 > oldest.dimensions["02"]
    assert newest.dimensions[""] > oldest.dimensions[""]
    worst = pool.batch_score(oldest.batch).rules[0]
    assert (worst.rule, worst.broken, worst.passed) == ("resident_id.check_digit", 3, False)
    assert worst.judged == pool.batches("population")[1].rows
    found = pool.lookup("population", world.people[5].resident_id)
    assert found is not None
    assert found.score == newest.dimensions[""]
    assert pool.latest_scores()["population"].batch == newest.batch
    assert list(pool.department_scores().values()) == [pytest.approx(newest.dimensions[""])]


def test_a_snapshot_has_the_score_of_the_delivery_that_it_shows(
    deliver: Deliver, dirty: Path, clean: Path, noon: datetime
) -> None:
    first = deliver(source=dirty, key="first")
    assert pool.standing_scores() == {}
    outbox.drain()
    score = pool.scores("population")[0].dimensions[""]
    assert pool.standing_scores() == {"population": {1: score}}
    # The contract is wider now: rows that were set aside come in, which says nothing of what the department delivers.
    text = pool.contract_versions("population")[0][2].replace("version: 1\n", "version: 2\n", 1)
    pool.write_contract(re.sub(r"\n *check: resident", "", text), acting=SYSTEM, now=noon, key="wider")
    assert pool.replay(first.number, acting=SYSTEM, now=noon, key="again").good
    outbox.drain()
    assert pool.standing_scores() == {"population": {1: score, 2: score}}
    deliver(source=clean, key="clean")
    assert 3 not in pool.standing_scores()["population"], "not reckoned yet"
    outbox.drain()
    assert pool.standing_scores()["population"][3] > score


def test_the_scores_of_a_batch_are_reckoned_once(deliver: Deliver, dirty: Path) -> None:
    from shudao.contexts.pool.events import BatchPublished
    from shudao.contexts.pool.handlers import score

    batch = deliver(source=dirty)
    outbox.drain()
    before = pool.batch_score(batch.number)
    score(BatchPublished(dataset="population", batch=batch.number), delivery="again")
    assert pool.batch_score(batch.number) == before
    assert len(owed()) == 2


def test_a_sample_never_names_anybody(deliver: Deliver, dirty: Path, world: people.World) -> None:
    batch = deliver(source=dirty)
    said = json.dumps(pool.quarantine_sample(batch.number, limit=50), ensure_ascii=False)
    assert said.count('"line"') == 5
    for person in world.people:
        assert person.resident_id not in said
        assert person.address not in said
    assert "*" in said


def spouses(*rules: dict[str, Any], version: int = 1) -> dict[str, Any]:
    def column(name: str, **rest: Any) -> dict[str, Any]:
        return {"name": name, "title": {"zh": name, "en": name}, **rest}

    return {
        "code": "spouses",
        "title": {"zh": "配偶", "en": "Spouses"},
        "version": version,
        "owner": {"kind": "mz", "division": "510000000000"},
        "key": ["resident_id"],
        "subject": "resident_id",
        "cycle": "2",
        "sensitivity": 4,
        "columns": [
            column("resident_id", identifier="resident", sensitivity=4, required=True),
            column("spouse_id", identifier="resident", sensitivity=4),
            column("birth_date", kind="date"),
            column("status", kind="code"),
        ],
        "rules": list(rules),
    }


FOREIGN = {"kind": "foreign", "column": "spouse_id", "other": "population", "other_columns": ["resident_id"]}
AGREE = {"kind": "agreement", "column": "birth_date", "other": "population", "severity": "mark"}


def test_rows_are_judged_against_another_dataset_and_marks_leave_them_in(
    deliver: Deliver, clean: Path, world: people.World, tmp_path: Path, noon: datetime
) -> None:
    deliver(source=clean)
    pool.create(contract=spouses(FOREIGN, AGREE), acting=SYSTEM, now=noon, key="spouses")
    one, two, three = world.people[5:8]
    rows = [
        ["resident_id", "spouse_id", "birth_date", "status"],
        [one.resident_id, two.resident_id, one.born.isoformat(), "已婚"],
        [two.resident_id, wrong_check(one.resident_id), two.born.isoformat(), "已婚"],
        [three.resident_id, "", "1901-01-01", "未婚"],
    ]
    batch = deliver("spouses", source=write(tmp_path / "s.csv", rows))
    assert (batch.good, batch.quarantined) == (2, 1)
    assert batch.reasons == {"spouse_id.foreign": 1, "birth_date.agreement": 1}
    outbox.drain()
    found = {rule.rule: rule for rule in pool.batch_score(batch.number).rules}
    assert (found["spouse_id.foreign"].judged, found["spouse_id.foreign"].broken) == (2, 1)
    assert (found["birth_date.agreement"].judged, found["birth_date.agreement"].broken) == (3, 1)


def test_a_rule_about_a_dataset_without_a_delivery_is_not_judged(
    deliver: Deliver, world: people.World, tmp_path: Path, noon: datetime
) -> None:
    pool.create(contract="population", acting=SYSTEM, now=noon, key="population")
    pool.create(contract=spouses(FOREIGN), acting=SYSTEM, now=noon, key="spouses")
    rows = [["resident_id", "spouse_id", "birth_date", "status"], [world.people[5].resident_id, "x", "", ""]]
    batch = deliver("spouses", source=write(tmp_path / "s.csv", rows))
    assert batch.quarantined == 0
    outbox.drain()
    assert {rule.rule: rule.judged for rule in pool.batch_score(batch.number).rules}["spouse_id.foreign"] == 0


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "foreign", "column": "status", "other": "nowhere"},
        {"kind": "foreign", "column": "status", "other": "population", "other_columns": ["name"]},
        {"kind": "agreement", "column": "status", "other": "population", "other_columns": ["nothing"]},
    ],
)
def test_a_rule_about_what_is_not_there_or_sealed_is_refused(
    sichuan: None, noon: datetime, rule: dict[str, Any]
) -> None:
    pool.create(contract="population", acting=SYSTEM, now=noon, key="population")
    with pytest.raises(ContractBroken):
        pool.create(contract=spouses(rule), acting=SYSTEM, now=noon, key="spouses")


def test_a_delivery_is_judged_as_a_whole_and_against_its_own_history(
    deliver: Deliver, world: people.World, tmp_path: Path, noon: datetime
) -> None:
    rules = [
        {"kind": "aggregate", "measure": "rows", "range": [10, ""]},
        {"kind": "drift", "measure": "share", "column": "status"},
        {"kind": "drift", "measure": "nulls", "column": "spouse_id", "code": "spouses_missing"},
        {"kind": "drift", "measure": "rows"},
    ]
    pool.create(contract=spouses(*rules), acting=SYSTEM, now=noon, key="spouses")
    header = ["resident_id", "spouse_id", "birth_date", "status"]

    def send(key: str, people: int, married: int) -> dict[str, Any]:
        rows = [
            [person.resident_id, person.resident_id, person.born.isoformat(), "已婚" if place < married else "未婚"]
            for place, person in enumerate(world.people[:people])
        ]
        batch = deliver("spouses", source=write(tmp_path / f"{key}.csv", [header, *rows]), key=key)
        assert batch.quarantined == 0
        outbox.drain()
        return {rule.rule: rule for rule in pool.batch_score(batch.number).rules}

    assert not send("small", 5, 3)["row.aggregate"].passed
    for number in range(3):
        found = send(f"usual {number}", 100 + number, 60)
    assert found["status.drift"].judged == 2
    usual = send("usual", 101, 60)
    assert (usual["row.drift"].passed, usual["row.aggregate"].passed) == (True, True)
    odd = send("odd", 101, 5)
    assert not odd["status.drift"].passed
    assert odd["spouses_missing"].passed


def test_every_file_can_be_followed_from_its_delivery_to_the_index(deliver: Deliver, dirty: Path, clean: Path) -> None:
    first = deliver(source=dirty, key="first")
    second = deliver(source=clean, key="clean")
    rows = pool.lineage("population")
    assert {row.batch for row in rows} == {first.number, second.number}
    assert all(row.delivery == {first.number: first, second.number: second}[row.batch].digest for row in rows)
    assert sum(row.rows for row in rows if row.batch == first.number) == first.rows
    assert {row.snapshots for row in rows if row.batch == first.number} == {(1,), ()}
    assert {row.indexed for row in rows if row.batch == second.number and row.kind == "data"} == {True}
    assert [row.kind for row in rows if not row.snapshots] == ["quarantine"]
    assert {row.batch for row in pool.lineage("population", batch=first.number)} == {first.number}
