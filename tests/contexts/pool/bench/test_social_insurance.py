"""Generated deliveries: the same by the same seed, of people who are nobody, and the pool finds what is planted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stdnum.cn import ric, uscc

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.management.bench.people import People
from shudao.contexts.pool.management.bench.planted import SHARES
from shudao.contexts.pool.management.bench.social_insurance import DATASET, SCHEMA, SocialInsurance
from shudao.foundation.audit.contracts import SYSTEM

ROWS = 20_000


@pytest.fixture
def source() -> SocialInsurance:
    return SocialInsurance(ROWS, 5)


def test_the_pool_finds_what_is_planted_and_nothing_else(
    sichuan: None, source: SocialInsurance, tmp_path: Path, noon: datetime
) -> None:
    truth = source.write(tmp_path / "delivery.parquet")
    pool.create(contract=DATASET, acting=SYSTEM, now=noon, key="create")
    batch = pool.ingest(dataset=DATASET, source=tmp_path / "delivery.parquet", acting=SYSTEM, now=noon, key="first")
    assert (batch.rows, batch.quarantined) == (truth.rows, truth.bad) == (ROWS, sum(truth.broken.values()))
    assert dict(batch.reasons) == truth.broken
    assert set(truth.broken) == set(SHARES), "every rule has something to find"


def test_the_same_seed_gives_the_same_bytes(source: SocialInsurance, tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    truth = source.write(first)
    assert SocialInsurance(ROWS, 5).write(again) == truth == source.truth()
    SocialInsurance(ROWS, 6).write(other)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_months_apart_are_the_months_together(source: SocialInsurance, tmp_path: Path) -> None:
    source.write(tmp_path / "whole")
    whole = pq.read_table(tmp_path / "whole")
    parts = []
    for month in range(1, 11):
        source.write(tmp_path / str(month), [month])
        parts.append(pq.read_table(tmp_path / str(month)))
    assert whole.schema == SCHEMA
    assert pa.concat_tables(parts).unify_dictionaries().to_pylist() == whole.to_pylist()


def test_everybody_comes_once_a_month_in_another_order(source: SocialInsurance, tmp_path: Path) -> None:
    source.write(tmp_path / "1", [1])
    source.write(tmp_path / "2", [2])
    one, two = (pq.read_table(tmp_path / name).column("resident_id").to_pylist() for name in "12")
    right = set(source.resident_ids(np.arange(ROWS // 10, dtype=np.uint32)))
    assert len(right) == ROWS // 10
    assert one != two
    assert len(right - set(one)) < 30, "only rows that are planted or stand twice are others"


def test_identifiers_are_valid_and_nobodys() -> None:
    people = People(1_000_000, 3)
    ids = people.resident_ids(np.arange(0, 1_000_000, 997, dtype=np.uint32))
    texts = [bytes(row).decode() for row in ids]
    assert all(text.startswith("5199") for text in texts)
    # Whether the county is allocated is what the other library asks besides: it is not.
    assert all(ric.calc_check_digit(text) == text[17] for text in texts)
    assert all("1950" <= text[6:10] <= "2010" for text in texts)
    codes = [bytes(row).decode() for row in people.credit_codes(np.arange(0, people.employers, 97))]
    assert all(uscc.is_valid(code) and code[2:6] == "5199" for code in codes)


@pytest.mark.parametrize("count", [100_000_000, 1_000_000_000])
def test_many_people_have_each_another_identifier(count: int) -> None:
    people = People(count, 1)
    rows = np.unique(people.resident_ids(np.arange(count - 300_000, count, dtype=np.uint32)), axis=0)
    assert len(rows) == 300_000
    assert people._space >= count


def test_a_person_keeps_employer_and_pay_except_a_few() -> None:
    people, everybody = People(20_000, 5), np.arange(20_000, dtype=np.uint32)
    first, last = people.facts(everybody, 1), people.facts(everybody, 10)
    for one, other in ((first.employer, last.employer), (first.division, last.division), (first.base, last.base)):
        assert 0.01 < (one != other).mean() < 0.03
    assert (first.insurance == last.insurance).all()
    assert (last.months - first.months == 9).all()


def test_changes_are_a_hundredth_with_the_keys_of_rows_that_are_there(source: SocialInsurance, tmp_path: Path) -> None:
    source.write(tmp_path / "whole")
    rows = source.write_changes(tmp_path / "changes")
    before = Counter((row["resident_id"], row["month"]) for row in pq.read_table(tmp_path / "whole").to_pylist())
    after = {(row["resident_id"], row["month"]): row["base"] for row in pq.read_table(tmp_path / "changes").to_pylist()}
    assert rows == len(after) == ROWS // 100
    assert sum(key in before for key in after) > rows * 0.95
    some = source.changes(5)
    assert [after[person, month] for person, month, _ in some] == [base for _, _, base in some]
