"""`shudao exchange bench` measures a real gateway; no figure is asserted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from shudao.contexts.exchange.management.gateway_bench import people, soak
from shudao.kernel.sealing import keyed_hash
from shudao.plane.lookup.hashing import RowHasher

KEY = bytes(range(32))


def test_people_hashed_together_are_hashed_as_the_gateway_does() -> None:
    rows = people.identifiers(np.array([0, 1, 99_999_999]))
    texts = [row.tobytes().decode() for row in rows]
    assert all(text.startswith("5199") and len(text) == 18 for text in texts)
    assert [found.tobytes() for found in RowHasher(KEY)(rows)] == [keyed_hash(KEY, text) for text in texts]


def test_a_small_run_gives_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("exchange", "bench", "--rows", "1000", "--seconds", "0.3", "--folder", str(tmp_path), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 1000
    for name in ("calls_per_cpu_second", "calls_per_second", "p50_ms", "p99_ms", "p99_ms_at_70_percent", "echo_ratio"):
        assert found[name] > 0, name
    assert {"parse", "signature", "nonce", "decision", "look-up", "ledger", "answer", "server"} == set(found["steps"])


@pytest.mark.parametrize(
    ("memory", "files", "flat"),
    [(lambda at: 100.0, lambda at: 30, True), (lambda at: 100 + at / 10, lambda at: 30, False),
     (lambda at: 100.0, lambda at: 30 + int(at // 20), False), (lambda at: 60 + 40 * (at > 10), lambda at: 30, True)],
)  # fmt: skip
def test_a_soak_tells_what_grows_from_what_has_settled(
    memory: Callable[[float], float], files: Callable[[float], int], flat: bool
) -> None:
    seen = [(at, {"7": (memory(at), files(at))}) for at in map(float, range(0, 100, 4))]
    assert soak.line("7", seen, 100)["flat"] is flat
