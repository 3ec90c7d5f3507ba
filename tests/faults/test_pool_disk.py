"""A full disk, or one that does not sync, refuses a delivery and leaves what was; the same key heals it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REQUIRED
from tests.faults.pool import processes
from tests.faults.test_pool_kill import ROOT, memory, own_home

pytestmark = pytest.mark.faults
__all__ = ["memory"]  # a fixture


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[None]:
    """The pool's folder is a disk of 24 MB."""
    place = tmp_path / "home" / "pool"
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs to be root, and to be let mount a tmpfs")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def played(folder: Path, fault: str) -> Any:
    seed = os.environ.get("SHUDAO_SEED", str(random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}")
    command = [sys.executable, "-m", "tests.faults.pool.faulty", str(folder), fault, seed]
    done = subprocess.run(command, env=own_home(folder), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    print(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def test_a_full_disk_refuses_and_leaves_everything_as_it_was(small_disk: None, tmp_path: Path) -> None:
    told = played(tmp_path, "full")
    print(told)
    assert all(told[f"{step}: refused"] for step in ("full", "append", "upsert", "delete", "compact"))


def test_what_was_not_synced_is_no_success(memory: Path) -> None:
    if not processes.has_strace() and "strace" not in REQUIRED:
        pytest.skip("no strace on this machine: install Debian's package strace")
    told = played(memory, "sync")
    print(told)
    assert sum(count for name, count in told.items() if name.endswith("sync: refused")) > 0
