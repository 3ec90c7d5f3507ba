"""A delivery is taken in whole: good rows are found again, bad ones are kept aside, nothing is lost or doubled."""

from __future__ import annotations

import csv
import errno
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from demo import people, populations
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import datafiles, keys, quarantine, vault
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.contracts.refusals import (
    DatasetBusy,
    DatasetUnknown,
    DiskFailed,
    NotStored,
    PoolFull,
    SourceUnreadable,
)
from shudao.contexts.pool.models import DataFile
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox.contracts import KeyReused

pytestmark = pytest.mark.django_db
Deliver = Callable[..., Batch]


@pytest.mark.parametrize("dataset", ["population", "marriage", "company-licences"])
def test_every_planted_error_goes_to_quarantine_and_every_other_row_is_good(
    deliver: Deliver, delivery: populations.Written, dataset: str
) -> None:
    batch = deliver(dataset)
    assert batch.rows == delivery.rows[dataset]
    assert batch.quarantined == delivery.planted[dataset]
    assert batch.good == batch.rows - batch.quarantined
    assert sum(batch.reasons.values()) >= batch.quarantined
    assert pool.counts()[dataset] == batch.good


def test_a_citizen_is_found_with_every_column_and_without_an_identifier(deliver: Deliver, world: people.World) -> None:
    deliver()
    wang = world.people[0]
    found = pool.lookup("population", f" {wang.resident_id.lower()} ")
    assert found is not None
    assert dict(found.rows[0]) == {
        "name": "王秀兰",
        "sex": "女",
        "birth_date": "1990-05-17",
        "ethnicity": wang.ethnicity,
        "hukou_address": wang.address,
        "hukou_division": wang.place.code,
        "household_no": wang.household,
        "marital_status": "已婚",
        "status": "正常",
    }
    assert (len(found.rows), found.snapshot) == (1, 1)


def test_the_spouse_in_a_row_is_the_same_key_as_the_person_in_identity(deliver: Deliver, world: people.World) -> None:
    deliver("marriage")
    found = pool.lookup("marriage", world.people[0].resident_id)
    assert found is not None
    assert found.rows[0]["spouse_id"] == identity.person_key(world.people[1].resident_id)
    assert found.rows[0]["spouse_name"] == "李建军"


def test_a_company_keeps_its_public_code(deliver: Deliver, world: people.World) -> None:
    deliver("company-licences")
    company = world.companies[0]
    found = pool.lookup("company-licences", company.code)
    assert found is not None
    assert found.rows[0]["company_code"] == company.code
    assert found.rows[0]["capital_fen"] == company.capital_fen


def test_nobody_is_found_where_there_is_nobody(deliver: Deliver) -> None:
    deliver()
    assert pool.lookup("population", "519901190001010010") is None


def test_a_dataset_that_does_not_exist_or_is_empty_says_so(sichuan: None, noon: datetime) -> None:
    with pytest.raises(DatasetUnknown):
        pool.lookup("population", "519901190001010010")
    with pytest.raises(DatasetUnknown):
        pool.ingest(dataset="population", source=Path("nowhere"), acting=SYSTEM, now=noon, key="k")


@pytest.mark.parametrize("kind", ["csv", "gb18030"])
def test_csv_in_both_encodings_gives_what_parquet_gives(
    deliver: Deliver, world: people.World, tmp_path: Path, kind: str
) -> None:
    plain = deliver(key="parquet")
    other = populations.write(world, tmp_path / kind, kind=kind)
    again = deliver(source=other.files["population"], key=kind)
    assert (again.good, again.quarantined, again.reasons) == (plain.good, plain.quarantined, plain.reasons)
    found = pool.lookup("population", world.people[0].resident_id)
    assert found is not None
    assert (found.rows[0]["name"], found.snapshot) == ("王秀兰", 2)


def test_a_repeated_key_returns_the_first_result_and_makes_no_second_snapshot(deliver: Deliver) -> None:
    assert deliver() == deliver()
    assert len(pool.snapshots("population")) == len(pool.batches("population")) == 1


def test_a_repeated_key_with_another_file_is_refused(deliver: Deliver, delivery: populations.Written) -> None:
    deliver()
    with pytest.raises(KeyReused):
        deliver(source=delivery.files["marriage"])
    assert len(pool.snapshots("population")) == 1


def test_the_next_delivery_is_the_next_snapshot_and_the_old_one_stays(
    deliver: Deliver, world: people.World, tmp_path: Path
) -> None:
    deliver()
    world.people[0].status = "迁出"
    del world.people[300:]
    later = populations.write(people.World(people=world.people), tmp_path / "later")
    deliver(source=later.files["population"], key="second")
    newest, oldest = pool.snapshots("population")
    assert (newest.number, newest.current, newest.rows < oldest.rows) == (2, True, True)
    assert oldest.files == 16
    found = pool.lookup("population", world.people[0].resident_id)
    assert found is not None
    assert (found.rows[0]["status"], found.snapshot) == ("迁出", 2)
    assert pool.check("population") == []


def test_the_index_can_be_built_anew_from_the_files(deliver: Deliver, world: people.World, noon: datetime) -> None:
    deliver()
    before = pool.lookup("population", world.people[5].resident_id)
    subjects = pool.rebuild_index("population", acting=SYSTEM, now=noon)
    assert subjects == pool.snapshots("population")[0].subjects
    assert pool.lookup("population", world.people[5].resident_id) == before


def test_quarantine_holds_each_bad_row_as_it_came_with_every_reason(
    deliver: Deliver, tmp_path: Path, settings: Any
) -> None:
    header = populations.POPULATION
    bad = ["519901199005170021", "", "女", "1990-05-17", "未知族", "某地", "510107001001", "x", "已婚", "正常"]
    source = tmp_path / "bad.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, bad])
    batch = deliver(source=source)
    assert (batch.rows, batch.good, batch.quarantined) == (1, 0, 1)
    kept = DataFile.objects.get(kind="quarantine")
    path = Path(settings.POOL_ROOT) / kept.path
    line, reasons, values = next(quarantine.read(path, keys.opening_keys(keys.FILES)))
    expected = ["resident_id.check_digit", "name.required", "ethnicity.code_list", "household_no.pattern"]
    assert (line, reasons) == (1, expected)
    assert values == [value or None for value in bad]
    assert batch.reasons == dict.fromkeys(expected, 1)


def test_rows_of_another_shape_are_kept_too(deliver: Deliver, world: people.World, tmp_path: Path) -> None:
    other = populations.write(world, tmp_path / "csv", kind="csv").files["population"]
    with other.open("a", encoding="utf-8") as file:
        file.write("519901199005170021,too short\n")
    batch = deliver(source=other)
    assert batch.rows == 601
    assert batch.reasons["row.shape"] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"resident_id,name\n1,2\n", "缺少列"),
        (b"\xff\xfe\xff\xff,\xff\n", "编码"),
        (b"", "文件内容"),
        (b"PAR1 and then nothing of the kind", "文件内容"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_nothing_of_it_is_kept(
    deliver: Deliver, tmp_path: Path, settings: Any, content: bytes, says: str
) -> None:
    source = tmp_path / "wrong"
    source.write_bytes(content)
    with pytest.raises(SourceUnreadable) as refusal:
        deliver(source=source)
    assert says in str(refusal.value.details["why"])
    assert pool.snapshots("population") == []
    assert list((Path(settings.POOL_ROOT) / "datasets").glob("*/*")) == []


def test_a_column_that_the_contract_does_not_know_is_refused(
    deliver: Deliver, delivery: populations.Written, tmp_path: Path
) -> None:
    table = pq.read_table(delivery.files["population"])
    pq.write_table(table.append_column("religion", table.column("name")), tmp_path / "more.parquet")
    with pytest.raises(SourceUnreadable, match="religion"):
        deliver(source=tmp_path / "more.parquet")


@pytest.mark.parametrize(
    ("number", "refused"), [(errno.ENOSPC, PoolFull), (errno.EDQUOT, PoolFull), (errno.EIO, DiskFailed)]
)
def test_a_full_or_failing_disk_leaves_everything_as_it_was(
    deliver: Deliver, number: int, refused: type[NotStored], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    deliver()

    def fail(*args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(datafiles.OpenFile, "write", fail)
    with pytest.raises(refused):
        deliver(key="second")
    assert pool.snapshots("population")[0].number == 1
    assert len(list((Path(settings.POOL_ROOT) / "datasets" / "population").iterdir())) == 1


def test_one_batch_of_a_dataset_at_a_time(deliver: Deliver) -> None:
    busy = []

    def meanwhile(step: str, share: float) -> None:
        if not busy:
            with pytest.raises(DatasetBusy):
                deliver(key="rival")
            busy.append(step)

    deliver(progress=meanwhile)
    assert busy
    assert len(pool.batches("population")) == 1


def test_every_batch_is_in_the_audit_trail(deliver: Deliver) -> None:
    batch = deliver()
    actions = Counter(entry.action for entry in audit.entries(target="population"))
    assert actions == {"pool.create": 1, "pool.ingest": 1}
    after = audit.entries(target="population")[0].after
    assert after is not None
    assert after["batch"] == batch.number


def test_the_vault_is_the_way_back_from_a_subject(deliver: Deliver, world: people.World) -> None:
    deliver()
    number = world.people[0].resident_id
    assert vault.reveal(keys.subject_of(number)) == number
    assert vault.reveal(b"\0" * 16) is None
