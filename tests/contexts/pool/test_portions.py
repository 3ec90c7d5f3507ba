"""Judged in portions, random deliveries give what the one query over the whole says of them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shudao.contexts.pool.adapters import keys, quarantine, sources, staging
from shudao.contexts.pool.adapters.datafiles import DataFile
from shudao.contexts.pool.contracts.datasets import DatasetContract, Identifier
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.rules import contract as reading
from shudao.contexts.pool.rules import judging
from shudao.contexts.pool.services.taking_in import Intake, Taken
from tests.contexts.pool.rules import tables

KINDS = [kind for kind in tables.KINDS if kind not in ("foreign", "agreement")]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Portions of a few rows, and parts on disk from the tenth row on."""
    monkeypatch.setattr(sources, "_PORTION", 7)
    monkeypatch.setattr(sources.formats, "_MANY", 3)
    monkeypatch.setattr(staging, "_MOST_IN_MEMORY", 10)
    monkeypatch.setattr(staging, "_FEWEST", 4)
    settings.POOL_ROOT, settings.KEYS_ROOT = tmp_path / "pool", tmp_path / "keys"


def whole(made: DatasetContract, rows: list[tuple[str | None, ...]]) -> dict[int, list[str]]:
    """What the one query over all rows says: line → reasons."""
    names = [judging.LINE, *(column.name for column in made.columns)]
    columns = [pa.array(range(1, len(rows) + 1), pa.int64())]
    columns += [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    with duckdb.connect(":memory:") as connection:
        connection.register("source", pa.table(columns, names))
        sql = judging.staged(made, today=tables.TODAY, dialect="duckdb")
        found = connection.execute(f"SELECT {judging.LINE}, {judging.REASONS} FROM ({sql})").fetchall()  # noqa: S608
    return {line: reasons for line, reasons in found if reasons}


def in_portions(made: DatasetContract, rows: list[tuple[str | None, ...]], folder: Path) -> tuple[Taken, Path]:
    """Take the rows in from a Parquet file."""
    names = [column.name for column in made.columns]
    columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    source, batch = folder / "source.parquet", folder / "pool" / "batch"
    pq.write_table(pa.table(columns, names), source)
    batch.mkdir(parents=True)
    intake = Intake(
        made, Mode.FULL, number="batch", source=source, folder=batch, before=None, tell=lambda step, share: None
    )
    return intake.run(tables.TODAY, {}), batch


@pytest.mark.parametrize("seed", range(40))
def test_portions_and_the_whole_agree(seed: int, tmp_path: Path) -> None:
    draw = Random(f"portions {seed}")
    made = reading.read(tables.contract(draw, draw.sample(KINDS, 6)))
    rows = tables.rows(draw) + tables.rows(draw)
    expected = whole(made, rows)
    taken, batch = in_portions(made, rows, tmp_path)
    opening = keys.opening_keys(keys.FILES)
    path = batch / "quarantine.parquet"
    bad = {line: reasons for line, reasons, _ in quarantine.read(path, opening)} if path.exists() else {}
    assert bad == expected
    assert (taken.rows, taken.good) == (len(rows), len(rows) - len(expected))
    kept = [table for file in taken.files if file.kind == "data" for table in _read(tmp_path / "pool", file.path, made)]
    assert sum(table.num_rows for table in kept) == taken.good
    assert sorted(_values(kept, made)) == sorted(_given(rows, expected, made))


def _read(root: Path, path: str, made: DatasetContract) -> list[pa.Table]:
    with DataFile(root / path, made, keys.opening_keys(keys.FILES)) as file:
        return list(file.between(0, 256))


def _shown(made: DatasetContract) -> list[str]:
    return [column.name for column in made.columns if column.identifier is Identifier.NONE]


def _values(found: list[pa.Table], made: DatasetContract) -> list[str]:
    columns = [[str(value) for table in found for value in table.column(name).to_pylist()] for name in _shown(made)]
    return ["|".join(row) for row in zip(*columns, strict=True)]


def _given(rows: list[tuple[str | None, ...]], bad: dict[int, list[str]], made: DatasetContract) -> list[str]:
    places = [place for place, column in enumerate(made.columns) if column.name in _shown(made)]
    return [
        "|".join(_cleaned(row[place]) for place in places) for line, row in enumerate(rows, start=1) if line not in bad
    ]


def _cleaned(value: str | None) -> str:
    return str(None) if value is None or not value.strip(" ") else value.strip(" ")
