"""A full disk, or one that does not sync, acknowledges nothing; with space or a new process the same tree goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REQUIRED
from tests.faults.pool import processes
from tests.faults.test_ledger_kill import played
from tests.faults.test_pool_kill import memory

pytestmark = pytest.mark.faults
__all__ = ["memory"]  # a fixture


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder whose ledger is on a disk of 8 MB."""
    place = tmp_path / "ledger"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs to be root, and to be let mount a tmpfs")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_acknowledges_nothing_and_with_space_it_goes_on(small_disk: Path) -> None:
    told = played("faulty", small_disk, "full")
    assert told["told"]["refused"] > 0


def test_what_was_not_synced_is_not_acknowledged_nor_signed(memory: Path) -> None:
    if not processes.has_strace() and "strace" not in REQUIRED:
        pytest.skip("no strace on this machine: install Debian's package strace")
    told = played("faulty", memory, "sync")
    assert told["refused"] > 0
    assert all(told[f"{name} struck"] for name in ("worker", "sequencer", "witness"))
    assert told["sequencer stopped"] > 0
