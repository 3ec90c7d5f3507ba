"""Whatever lies on the disk after ingest names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo import people, populations
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)

pytestmark = pytest.mark.django_db
Deliver = Callable[..., Batch]


def _bytes_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_no_resident_id_name_or_address_lies_in_plain_bytes(
    deliver: Deliver,
    delivery: populations.Written,
    world: people.World,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spill = tmp_path / "temporary"
    spill.mkdir()
    monkeypatch.setenv("TMPDIR", str(spill))
    monkeypatch.chdir(spill)
    for dataset in delivery.files:
        deliver(dataset)
    planted = {person.resident_id.encode() for person in world.people}
    planted |= {person.resident_id[:17].encode() for person in world.people}
    planted |= {person.address.encode() for person in world.people}
    planted |= {person.name.encode() for person in world.people if len(person.name) > 2}
    for code in delivery.files:
        found = {text for path, content in _bytes_of(Path(settings.POOL_ROOT)) for text in planted if text in content}
        assert not found, code
    assert list(spill.iterdir()) == []


def test_a_row_that_would_lay_a_resident_id_open_is_set_aside(
    deliver: Deliver, delivery: populations.Written, world: people.World, settings: Any
) -> None:
    number, file = world.people[0].resident_id, delivery.files["company-licences"]
    before = deliver("company-licences")
    rows = pq.read_table(file).to_pylist()
    rows[0]["scope"] += f"；联系人 {number}"
    pq.write_table(pa.Table.from_pylist(rows), file)
    batch = deliver("company-licences", key="second")
    assert (batch.good, batch.reasons["row.identifier"]) == (before.good - 1, 1)
    assert not [path for path, content in _bytes_of(Path(settings.POOL_ROOT)) if number.encode() in content]


def test_files_are_for_their_owner_only(deliver: Deliver, settings: Any) -> None:
    deliver()
    paths = [path for path in (Path(settings.POOL_ROOT) / "datasets").rglob("*") if path.is_file()]
    assert paths
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_two_deliveries_of_the_same_rows_share_no_sealed_byte(deliver: Deliver, settings: Any) -> None:
    first, second = deliver(key="first"), deliver(key="second")
    root = Path(settings.POOL_ROOT) / "datasets" / "population"
    sealed = [pq.read_table(root / batch.number / "part-00.parquet")["sealed"] for batch in (first, second)]
    kept = [set(column.drop_null().to_pylist()) for column in sealed]
    assert kept[0]
    assert not kept[0] & kept[1]
