"""Rows that were set aside come good: one corrected by hand, or all that a corrected contract admits; each once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo import people
from demo.numbers import wrong_check
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.contracts.refusals import NotRepairable, RowRepaired
from shudao.contexts.pool.models import Repair
from shudao.contexts.pool.services import beside
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid, NotFound, SignInNeeded
from tests.contexts.pool.test_governance import clean, dirty

__all__ = ["clean", "dirty"]
pytestmark = pytest.mark.django_db(transaction=True)
Deliver = Callable[..., Batch]


@pytest.fixture
def batch(deliver: Deliver, dirty: Path) -> Batch:
    """Three wrong check digits and two people without a name."""
    return deliver(source=dirty, key="dirty")


def values(batch: Batch, place: int, noon: datetime) -> dict[str, str | None]:
    return dict(pool.unmask(batch.number, place, acting=SYSTEM, reason="核对原始登记", now=noon).values)


def test_rows_are_shown_masked_in_pages(batch: Batch, world: people.World) -> None:
    first = pool.quarantined(batch.number, acting=SYSTEM, size=2)
    third = pool.quarantined(batch.number, acting=SYSTEM, page=3, size=2)
    assert (first.total, first.pages, [row.line for row in first.items]) == (5, 3, [11, 21])
    assert [(row.place, row.reasons) for row in third.items] == [(51, ("name.required",))]
    said = json.dumps([dict(row.values) for row in first.items + third.items], ensure_ascii=False)
    assert not any(one.resident_id in said or one.address in said for one in world.people)
    assert pool.quarantined_row(batch.number, 51, acting=SYSTEM) == third.items[0]
    for place in (0, 12, -1):
        with pytest.raises(NotFound):
            pool.quarantined_row(batch.number, place, acting=SYSTEM)
    with pytest.raises(SignInNeeded):
        pool.quarantined(batch.number, acting=NOBODY)


def test_a_row_is_unmasked_for_a_reason_that_is_kept(batch: Batch, noon: datetime) -> None:
    for reason in ("", "看看", "x" * 201, "first\nsecond"):
        with pytest.raises(Invalid):
            pool.unmask(batch.number, 11, acting=SYSTEM, reason=reason, now=noon)
    assert not [one for one in audit.entries(target=batch.number) if one.action == "pool.unmask_row"]
    found = pool.unmask(batch.number, 11, acting=SYSTEM, reason="核对原始登记", now=noon)
    assert len(found.values["resident_id"] or "") == 18
    [entry] = audit.entries(target=batch.number)
    assert (entry.action, entry.reason, entry.after) == (
        "pool.unmask_row",
        "核对原始登记",
        {"dataset": "population", "place": 11},
    )


def test_a_corrected_row_comes_in_and_a_bad_one_says_why(batch: Batch, noon: datetime, world: people.World) -> None:
    row = values(batch, 41, noon)
    resident_id = row["resident_id"] or ""
    repair = {"batch": batch.number, "place": 41, "acting": SYSTEM, "now": noon}
    refused = pool.repair(values=row, key="one", **repair)  # type: ignore[arg-type]
    assert (refused.good, refused.batch, refused.reasons) == (0, "", {"name.required": 1})
    assert len(pool.batches("population")) == 1
    assert pool.repaired(batch.number) == 0
    done = pool.repair(values={**row, "name": " 王小明 "}, key="one", **repair)  # type: ignore[arg-type]
    assert (done.tried, done.good) == (1, 1)
    assert pool.repair(values={**row, "name": "王小明"}, key="one", **repair) == done  # type: ignore[arg-type]
    with pytest.raises(RowRepaired):
        pool.repair(values=row, key="two", **repair)  # type: ignore[arg-type]
    found = pool.lookup("population", resident_id)
    assert found is not None
    assert found.rows[0]["name"] == "王小明"
    assert pool.repaired(batch.number) == 1
    assert pool.quarantined_row(batch.number, 41, acting=SYSTEM).repaired == done.batch
    assert pool.batch(done.batch).rows == 1
    entry = next(one for one in audit.entries(target=batch.number) if one.action == "pool.repair")
    assert entry.after == {
        "dataset": "population",
        "batch": done.batch,
        "rows": 1,
        "place": 41,
        "columns": ["name"],
    }
    assert pool.batch(batch.number) == batch, "the delivery keeps its counts"
    assert Repair.objects.get().edited


def test_a_corrected_row_joins_the_others(batch: Batch, noon: datetime, world: people.World) -> None:
    row = values(batch, 41, noon)
    pool.repair(batch=batch.number, place=41, values={**row, "name": "王小明"}, acting=SYSTEM, now=noon, key="one")
    assert pool.counts() == {"population": batch.good + 1}
    assert pool.check("population") == []


def test_what_cannot_be_a_row_is_refused(batch: Batch, noon: datetime) -> None:
    for given in ({"salary": "1"}, {"name": "x" * 10_001}):
        with pytest.raises(Invalid):
            pool.repair(batch=batch.number, place=11, values=given, acting=SYSTEM, now=noon, key="one")
    with pytest.raises(SignInNeeded):
        pool.repair(batch=batch.number, place=11, values={}, acting=NOBODY, now=noon, key="one")


def test_a_row_of_another_shape_can_be_typed_anew(
    deliver: Deliver, clean: Path, noon: datetime, tmp_path: Path
) -> None:
    lines = clean.read_text(encoding="utf-8").splitlines()
    torn = lines.pop(5)
    path = tmp_path / "torn.csv"
    path.write_text("\n".join([*lines, torn + ",too,many"]) + "\n", encoding="utf-8")
    batch = deliver(source=path, key="torn")
    assert batch.reasons == {"row.shape": 1}
    [row] = pool.quarantined(batch.number, acting=SYSTEM).items
    assert (row.line, row.values, row.place) == (0, {}, 1 << 41)
    found = pool.unmask(batch.number, row.place, acting=SYSTEM, reason="核对原始登记", now=noon)
    assert found.text == torn + ",too,many"
    assert set(found.values.values()) == {None}
    assert pool.replay(batch.number, acting=SYSTEM, now=noon, key="all").tried == 0
    typed = dict(zip(found.values, torn.split(","), strict=True))
    done = pool.repair(batch=batch.number, place=row.place, values=typed, acting=SYSTEM, now=noon, key="one")
    assert done.good == 1


def relaxed(noon: datetime) -> None:
    """The next version of the contract, in which a name may be missing."""
    text = pool.contract_versions("population")[0][2].replace("version: 1", "version: 2", 1)
    name = text.index("- name: name\n")
    text = text[:name] + text[name:].replace("  required: true\n", "", 1)
    pool.write_contract(text, acting=SYSTEM, now=noon, key="relaxed")


def test_rows_are_judged_again_by_the_current_contract(batch: Batch, noon: datetime) -> None:
    first = pool.replay(batch.number, acting=SYSTEM, now=noon, key="before")
    assert (first.tried, first.good, first.batch) == (5, 0, "")
    assert first.reasons == {"resident_id.check_digit": 3, "name.required": 2}
    relaxed(noon)
    done = pool.replay(batch.number, acting=SYSTEM, now=noon, key="after")
    assert (done.tried, done.good, done.reasons) == (5, 2, {"resident_id.check_digit": 3})
    assert pool.batch(done.batch).rows == 2
    assert pool.replay(batch.number, acting=SYSTEM, now=noon, key="after").batch == done.batch
    assert pool.repaired(batch.number) == 2
    again = pool.replay(batch.number, acting=SYSTEM, now=noon, key="again")
    assert (again.tried, again.good) == (3, 0)
    assert [bool(row.repaired) for row in pool.quarantined(batch.number, acting=SYSTEM).items] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert {one.action for one in audit.entries(target=batch.number)} == {"pool.replay"}
    outbox.drain()
    assert [score.batch for score in pool.scores("population")] == [batch.number], "repairs are no deliveries"


def test_two_who_repair_at_once_cannot_both(batch: Batch, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    relaxed(noon)
    row = {**values(batch, 41, noon), "name": "王小明"}
    publishing = beside.publishing

    def rival(do: Any) -> Any:
        monkeypatch.setattr(beside, "publishing", publishing)
        pool.repair(batch=batch.number, place=41, values=row, acting=SYSTEM, now=noon, key="rival")
        return publishing(do)

    monkeypatch.setattr(beside, "publishing", rival)
    done = pool.replay(batch.number, acting=SYSTEM, now=noon, key="all")
    assert (done.tried, done.good, done.reasons["key.unique"]) == (5, 1, 1)
    assert pool.repaired(batch.number) == 2
    assert pool.counts()["population"] == batch.good + 2


def test_a_wrong_number_is_nobodys(batch: Batch, noon: datetime, world: people.World) -> None:
    row = values(batch, 11, noon)
    wrong = row["resident_id"] or ""
    right = next(one.resident_id for one in world.people if wrong_check(one.resident_id) == wrong)
    done = pool.repair(
        batch=batch.number, place=11, values={**row, "resident_id": right}, acting=SYSTEM, now=noon, key="one"
    )
    assert done.good == 1
    assert pool.lookup("population", wrong) is None


def rows_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_what_stands_is_never_replaced_by_a_row_of_a_whole_register(
    deliver: Deliver, clean: Path, tmp_path: Path, noon: datetime
) -> None:
    lines = rows_of(clean)
    twice = lines[5].split(",")
    path = tmp_path / "twice.csv"
    path.write_text("\n".join([*lines, ",".join([twice[0], "王小明", *twice[2:]])]) + "\n", encoding="utf-8")
    batch = deliver(source=path, key="twice")
    assert batch.reasons == {"key.unique": 1}
    done = pool.replay(batch.number, acting=SYSTEM, now=noon, key="all")
    assert (done.tried, done.good, done.reasons) == (1, 0, {"key.unique": 1})
    found = pool.lookup("population", twice[0])
    assert found is not None
    assert [row["name"] for row in found.rows] == [twice[1]]


def test_a_later_whole_register_ends_repairs(batch: Batch, deliver: Deliver, clean: Path, noon: datetime) -> None:
    row = values(batch, 41, noon)
    assert pool.repairable(batch.number)
    deliver(source=clean, key="later")
    assert not pool.repairable(batch.number)
    with pytest.raises(NotRepairable):
        pool.repair(batch=batch.number, place=41, values=row, acting=SYSTEM, now=noon, key="one")
    with pytest.raises(NotRepairable):
        pool.replay(batch.number, acting=SYSTEM, now=noon, key="all")


def test_a_changed_row_takes_the_place_of_older_ones_alone(
    deliver: Deliver, clean: Path, tmp_path: Path, noon: datetime
) -> None:
    header, *lines = rows_of(clean)
    deliver(source=clean, key="whole")
    people_ = [line.split(",") for line in lines[:2]]
    path = tmp_path / "changes.csv"
    bad = [",".join([one[0], "王小明", *one[2:-1], "不详"]) for one in people_]
    path.write_text("\n".join([header, *bad]) + "\n", encoding="utf-8")
    changes = deliver(source=path, key="changes", mode=Mode.UPSERT)
    assert changes.quarantined == 2
    later = tmp_path / "later.csv"
    later.write_text("\n".join([header, ",".join([people_[0][0], "李大壮", *people_[0][2:]])]) + "\n", encoding="utf-8")
    assert deliver(source=later, key="later", mode=Mode.UPSERT).good == 1
    text = pool.contract_versions("population")[0][2].replace("version: 1", "version: 2", 1)
    wide = text[: text.rindex("values:")] + "values:\n  - 不详" + text[text.rindex("values:") + len("values:") :]
    pool.write_contract(wide, acting=SYSTEM, now=noon, key="wider")
    done = pool.replay(changes.number, acting=SYSTEM, now=noon, key="all")
    assert (done.tried, done.good, done.reasons) == (2, 1, {"row.newer": 1})
    names = []
    for one in people_:
        found = pool.lookup("population", one[0])
        assert found is not None
        names += [row["name"] for row in found.rows]
    assert names == ["李大壮", "王小明"]
    assert pool.check("population") == []


def test_a_deletion_has_nothing_to_repair(deliver: Deliver, tmp_path: Path, noon: datetime) -> None:
    deliver("marriage", key="whole")
    path = tmp_path / "gone.csv"
    path.write_text("certificate_no,resident_id\nJ000000-2000-000001,51990119900101001X\n", encoding="utf-8")
    gone = deliver("marriage", source=path, key="gone", mode=Mode.DELETE)
    [row] = pool.quarantined(gone.number, acting=SYSTEM).items
    assert list(row.values) == ["certificate_no", "resident_id"]
    assert not pool.repairable(gone.number)
    with pytest.raises(NotRepairable):
        pool.replay(gone.number, acting=SYSTEM, now=noon, key="all")
