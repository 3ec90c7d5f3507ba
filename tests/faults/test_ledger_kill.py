"""kill -9 of workers, sequencer and witness, and power cuts: what was acknowledged is there, and it is one tree."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REQUIRED
from tests.faults.pool import processes
from tests.faults.test_pool_kill import ROOT, memory, own_home

pytestmark = pytest.mark.faults
__all__ = ["memory"]  # a fixture
KILLS = os.environ.get("SHUDAO_KILLS", "20")


def played(module: str, folder: Path, *more: str) -> Any:
    """Run a player on a ledger in `folder`; return what it tells."""
    seed = os.environ.get("SHUDAO_SEED", str(random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}")
    command = [sys.executable, "-m", f"tests.faults.ledger.{module}", str(folder), seed, *more]
    done = subprocess.run(command, env=own_home(folder), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}\n{done.stderr[-6000:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    print(told)
    return told


def test_a_ledger_whose_processes_are_killed_again_and_again_loses_nothing_and_stays_one_tree(memory: Path) -> None:
    assert processes.has_strace() or "strace" not in REQUIRED, "install Debian's package strace"
    told = played("player", memory, KILLS)
    assert sum(told["killed"].values()) >= int(KILLS)
    assert told["told"]["entry"] > int(KILLS)
