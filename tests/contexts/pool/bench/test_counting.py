"""Neighbours show repeated keys in a file that is in order; one that is not says so."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shudao.contexts.pool.management.bench import scanning

ROWS = [(b"a", "202601", "310"), (b"a", "202601", "340"), (b"a", "202602", "310"), (b"b", "202601", "310")]


@pytest.mark.parametrize(
    ("places", "repeated"),
    [((0, 1, 2, 3), 0), ((0, 0, 1, 2, 2, 2, 3), 3), ((0, 1, 0, 3), 1), ((3, 2, 1, 0, 3), 1)],
)
def test_rows_that_repeat_a_key_are_counted_in_any_order(
    tmp_path: Path, places: tuple[int, ...], repeated: int
) -> None:
    subjects, months, kinds = zip(*(ROWS[place] for place in places), strict=True)
    padded = pa.array([subject * 16 for subject in subjects], pa.binary(16))
    file = tmp_path / "part-00.parquet"
    pq.write_table(pa.table({"subject": padded, "month": list(months), "insurance": list(kinds)}), file)
    assert scanning.unique("social-insurance", [str(file)], kept=True) == {"repeated": repeated}
    half = [str(file), str(tmp_path / "part-01.parquet")]
    pq.write_table(pq.read_table(file).slice(0, 0), half[1])
    assert scanning.unique("social-insurance", half, kept=True) == {"repeated": repeated}
