"""What is written comes back, whatever it is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from tests.plane.lookup import tables

_KINDS = st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=7)
_COUNTS = ((1,), (1, 2, 3), (10,), (0, 1, 40), (1, 254, 255, 256, 300), (5, 5_000))


def prove(path: Path, fields: list[Field], rows: tables.Rows) -> None:
    reader = IndexReader(path, tables.KEYS)
    chosen = [field.name for field in fields[::2]]
    for who, expected in rows.items():
        found, some = reader.lookup(who), reader.lookup(who, chosen)
        assert (found.rows if found else []) == tables.answer(expected)
        assert (some.rows if some else []) == [
            {name: value for name, value in row.items() if name in chosen} for row in tables.answer(expected)
        ]
        assert reader.lookup(who[:-1] + bytes([who[-1] ^ 0x80])) is None
    assert reader.problems() == []
    assert reader.count == sum(1 for kept in rows.values() if kept)
    reader.close()


@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1 << 32),
    kinds=_KINDS,
    subjects=st.sampled_from((1, 2, 7, 60, 400)),
    counts=st.sampled_from(_COUNTS),
    calls=st.sampled_from((1, 2, 5)),
    dictionaries=st.booleans(),
)
def test_rows_come_back_as_written(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    kinds: list[Kind],
    subjects: int,
    counts: tuple[int, ...],
    calls: int,
    dictionaries: bool,
) -> None:
    chance = random.Random(seed)
    fields = [Field(f"f{number}", kind) for number, kind in enumerate(kinds)]
    everybody = tables.random_subjects(chance, subjects if max(counts) < 1_000 else 3)
    rows = tables.random_rows(chance, fields, [(who, chance.choice(counts)) for who in everybody])
    path = tmp_path_factory.mktemp("index") / tables.INDEX
    info = tables.write(path, fields, rows, calls=calls, dictionaries=dictionaries)
    assert info.rows == sum(map(len, rows.values()))
    tables.show(path, info.name)
    prove(path, fields, rows)


@pytest.mark.parametrize("subjects", [3_000, 20_000])
def test_many_batches_and_blocks(tmp_path: Path, subjects: int) -> None:
    chance = random.Random(subjects)
    fields = [
        Field("month", Kind.TEXT),
        Field("amount", Kind.INTEGER),
        Field("paid", Kind.DATE),
        Field("note", Kind.TEXT),
    ]
    rows: tables.Rows = {
        who: [
            {
                "month": f"2026{number + 1:02}",
                "amount": 4_000 + who[0] if chance.random() < 0.99 else None,
                "paid": tables._counted(Kind.DATE, who[1], number),
                "note": chance.choice((None, "", "补缴", f"凭证{chance.random()}")),
            }
            for number in range(chance.choice((1, 7, 8)))
        ]
        for who in tables.random_subjects(chance, subjects)
    }
    info = tables.write(tmp_path / "x", fields, rows, calls=2)
    tables.show(tmp_path / "x", info.name)
    reader = IndexReader(tmp_path / "x", tables.KEYS)
    for who in chance.sample(sorted(rows), 2_000):
        found = reader.lookup(who)
        assert found is not None
        assert found.rows == tables.answer(rows[who])
    assert reader.count == subjects
    reader.close()
