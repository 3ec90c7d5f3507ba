"""Long rows wait on the disk before many of them are there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from shudao.contexts.pool.adapters import staging
from shudao.contexts.pool.adapters.held import SUBJECT


def _rows(count: int) -> pa.Table:
    subjects = pa.array([bytes([number % 256]) * 16 for number in range(count)], pa.binary(16))
    return pa.table({SUBJECT: subjects, "text": ["x" * 1000] * count})


def test_few_long_rows_are_spilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = staging.Staging(tmp_path)
    waiting.put(_rows(100))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(staging, "_MOST_BYTES", 150_000)
    monkeypatch.setattr(staging, "_FEWEST_BYTES", 20_000)
    waiting.put(_rows(100))
    assert list(tmp_path.iterdir())
    parts = [sum(table.num_rows for table in tables) for _, tables in waiting.parts()]
    assert sum(parts) == 200
    assert max(parts) < 30, "nor do many of them lie together when they are taken"
