"""Several layers answer as one table: the newest row of a record counts, a tombstone takes it away."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shudao.plane.lookup import reader as reading
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from tests.plane.lookup import tables

FIELDS = [
    Field("amount", Kind.INTEGER),
    Field("month", Kind.TEXT),
    Field("paid", Kind.DATE),
    Field("line", Kind.INTEGER),
    Field("employer", Kind.HASH),
]
RECORD_KEY = ["month", "line"]
Model = dict[bytes, dict[tuple[str, int], tables.Row]]


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LOOK_AGAIN", -1.0)


def layer(chance: random.Random, subjects: list[bytes], model: Model, *, gone_share: float) -> tables.Rows:
    """Draw a layer's rows, in order of the record key, and change the model as they say."""
    drawn: tables.Rows = {}
    for who in subjects:
        keys = {(f"2026{chance.randrange(1, 13):02}", chance.randrange(2)) for _ in range(chance.choice((1, 3, 12)))}
        rows = tables.random_rows(chance, FIELDS, [(who, len(keys))])[who]
        for row, (month, line) in zip(rows, sorted(keys), strict=True):
            row |= {"month": month, "line": line}
            if chance.random() < gone_share:
                row |= {"amount": None, "paid": None, "employer": None, "gone": True}
                model.setdefault(who, {}).pop((month, line), None)
            else:
                model.setdefault(who, {})[month, line] = row
        drawn[who] = rows
    return drawn


@pytest.mark.parametrize("seed", range(6))
def test_layers_equal_a_dictionary(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    everybody = tables.random_subjects(chance, 150)
    model: Model = {}
    names: list[str] = []
    reader: IndexReader | None = None
    for step, gone_share in enumerate((0.0, 0.5, 0.2, 1.0)):
        some = sorted(chance.sample(everybody, (120, 40, 40, 30)[step]))
        rows = layer(chance, some, model, gone_share=gone_share)
        info = tables.write(tmp_path / "x", FIELDS, rows, record_key=RECORD_KEY, gone=lambda row: "gone" in row)
        assert info.gone == sum("gone" in row for kept in rows.values() for row in kept)
        names.append(info.name)
        tables.show(tmp_path / "x", *names, snapshot=step)
        reader = reader or IndexReader(tmp_path / "x", tables.KEYS)
        for who in everybody:
            expected = [row for _, row in sorted(model.get(who, {}).items())]
            found, some_fields = reader.lookup(who), reader.lookup(who, ["amount"])
            assert (found.rows if found else []) == tables.answer(expected)
            assert [*found.rows[0]] == [field.name for field in FIELDS] if found else True
            assert (some_fields.rows if some_fields else []) == [{"amount": row["amount"]} for row in expected]
        assert reader.count == sum(1 for kept in model.values() if kept)
        assert (reader.snapshot, reader.layers, reader.problems()) == (step, names, [])
    assert reader is not None
    reader.close()


def test_a_layer_of_tombstones_alone_knows_nobody(tmp_path: Path) -> None:
    rows: tables.Rows = {tables.subject(n): [{field.name: None for field in FIELDS}] for n in range(5)}
    info = tables.write(tmp_path / "x", FIELDS, rows, record_key=RECORD_KEY, gone=lambda _: True)
    tables.show(tmp_path / "x", info.name)
    reader = IndexReader(tmp_path / "x", tables.KEYS)
    assert (info.rows, info.gone, info.subjects) == (0, 5, 5)
    assert reader.lookup(tables.subject(3)) is None
    assert (reader.count, reader.problems()) == (0, [])
    reader.close()


def test_an_empty_layer_knows_nobody(tmp_path: Path) -> None:
    info = tables.write(tmp_path / "x", FIELDS, {})
    tables.show(tmp_path / "x", info.name)
    reader = IndexReader(tmp_path / "x", tables.KEYS)
    assert reader.lookup(tables.subject(1)) is None
    assert (reader.count, reader.problems()) == (0, [])
    reader.close()
