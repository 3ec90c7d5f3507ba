"""The benchmark itself, at a size that says nothing: every figure is there, and its verdicts are the generator's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shudao.contexts.pool.management.bench import room

FIGURES = {
    *("rows_per_cpu_s", "bytes_per_row", "peak_mb", "profile_cpu_s", "delivery_profile_cpu_s", "unique_cpu_s"),
    *("join_cpu_s", "lookups_per_s", "lookup_p99_ms", "lookup_cpu_us", "zipf_lookups_per_s", "upsert_visible_s"),
}


@pytest.mark.parametrize("words", [["--rows", "12345"], ["--rows", "1000", "--batches", "11"], ["--rows", "10"]])
def test_what_cannot_be_measured_is_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("pool", "bench", *words)


def test_a_run_that_has_not_the_room_is_refused_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="GB"):
        call_command("pool", "bench", "--rows", "900000000000", "--folder", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert room.needed(10**9, 3) < room.needed(10**9, 10) < room.needed(10**9, 1)


@pytest.mark.postgres
def test_a_small_run_gives_every_figure_and_postgresql_finds_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--rows", "20000", "--seconds", "0.1", "--folder", str(tmp_path), "--peer", "postgres", "--json"]
    call_command("pool", "bench", *words)
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert set(found["figures"]) >= FIGURES
    assert (found["rows"], found["seed"], found["batches"]) == (20_000, 1, 1)
    assert found["figures"]["lookup_rows"] > 9
    assert found["machine"]["cores"] >= 1
    assert "delivery 1 of 1" in told.err
    assert list(tmp_path.iterdir()) == [], "the scratch folder is gone"
    peer = found["peers"]["postgres"]
    assert peer["settings"]["fsync"] == peer["settings"]["synchronous_commit"] == "on"
    assert set(peer["times"]) == {"size", "load", "rules", "unique", "join", "lookups"}
    assert peer["figures"]["lookup_rows"] > 9
