"""A new key: copies of the layers that the new key alone opens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shudao.plane.lookup.contracts import IndexDamaged
from shudao.plane.lookup.current import clean, publish
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from shudao.plane.lookup.rekey import reseal
from tests.plane.lookup import tables

FIELDS = [Field("name", Kind.TEXT), Field("n", Kind.INTEGER)]
NEW = bytes(reversed(range(32)))


def test_every_layer_opens_under_the_new_key_alone(tmp_path: Path) -> None:
    path, chance = tmp_path / tables.INDEX, random.Random(3)
    rows = tables.random_rows(chance, FIELDS, [(who, 5) for who in tables.random_subjects(chance, 300)])
    names = [tables.write(path, FIELDS, rows, record_key=["n"]).name for _ in range(2)]
    tables.show(path, *names)
    made = reseal(path, tables.KEYS, NEW, "k2")
    assert list(made) == names
    publish(path, NEW, "k2", tables.INDEX, snapshot=2, as_of="2026-11-02", layers=list(made.values()))
    clean(path, made.values())
    with pytest.raises(IndexDamaged):
        IndexReader(path, tables.KEYS)
    reader = IndexReader(path, {"k2": NEW})
    assert (reader.layers, reader.count, reader.problems()) == (list(made.values()), 300, [])
    who = sorted(rows)[7]
    found = reader.lookup(who)
    assert found is not None
    assert sorted(map(repr, found.rows)) == sorted(map(repr, tables.answer(rows[who])))
    reader.close()
    assert sorted(folder.name for folder in path.glob("*.lmdb")) == sorted(made.values())


def test_a_damaged_layer_leaves_no_copies(tmp_path: Path) -> None:
    path = tmp_path / tables.INDEX
    rows: tables.Rows = {tables.subject(n): [{"name": "x" * 50, "n": n}] for n in range(500)}
    names = [tables.write(path, FIELDS, rows).name for _ in range(2)]
    tables.show(path, *names)
    tables.damage(path / names[1])
    with pytest.raises(IndexDamaged):
        reseal(path, tables.KEYS, NEW, "k2")
    assert sorted(folder.name for folder in path.glob("*.lmdb")) == sorted(names)
