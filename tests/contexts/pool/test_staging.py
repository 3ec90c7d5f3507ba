"""Rows wait, and come back part by part: all of them, a subject's together and in order, however large parts are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from shudao.contexts.pool.adapters.held import SUBJECT
from shudao.contexts.pool.adapters.staging import Staging

ROWS, PEOPLE = 6_000, 1_500


def tables(draw: Random, first: Sequence[int]) -> list[pa.Table]:
    """Rows in random order; subjects begin with one of the bytes `first`, and some rows have none."""
    people = [bytes([draw.choice(first)]) + draw.randbytes(15) for _ in range(PEOPLE)]
    subjects = [draw.choice(people) if draw.random() > 0.01 else None for _ in range(ROWS)]
    whole = pa.table({SUBJECT: pa.array(subjects, pa.binary(16)), "line": range(ROWS)})
    cuts = sorted(draw.sample(range(ROWS), 5))
    return [whole.slice(start, end - start) for start, end in zip([0, *cuts], [*cuts, ROWS], strict=True)]


@pytest.mark.parametrize("first", [(0, 7, 7, 7, 255), range(256), (*range(256), *[9] * 200)])
@pytest.mark.parametrize(("most", "largest"), [(10**6, 10**6), (100, 10**6), (100, 500), (100, 30), (100, 1)])
def test_rows_come_back_whole_and_ascending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, largest: int, first: Sequence[int]
) -> None:
    monkeypatch.setattr("shudao.contexts.pool.adapters.staging._FEWEST", 25)
    given = tables(Random(most + largest), first)
    staging = Staging(tmp_path, most=most, largest=largest)
    for table in given:
        staging.put(table)
    shares, parts = zip(*staging.parts(), strict=True)
    assert list(shares) == sorted(shares)
    assert shares[-1] < 1
    rows = [(row[SUBJECT] or b"", row["line"]) for part in parts for table in part for row in table.to_pylist()]
    assert sorted(line for _, line in rows) == list(range(ROWS))
    seen: list[set[bytes]] = [{row[SUBJECT] or b"" for table in part for row in table.to_pylist()} for part in parts]
    for before, after in zip(filter(None, seen), list(filter(None, seen))[1:], strict=False):
        assert max(before) < min(after), "a subject's rows are in one part, and parts ascend"
    for subject in {subject for subject, _ in rows}:
        lines = [line for one, line in rows if one == subject]
        assert lines == sorted(lines), "in the order they were put"
    if largest < ROWS // 6 and most < ROWS:
        assert max(sum(table.num_rows for table in part) for part in parts) < ROWS / 2
