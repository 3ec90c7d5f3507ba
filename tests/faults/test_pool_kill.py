"""kill -9 of whatever changes a dataset, at any moment and any call, leaves the old or the new."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REQUIRED
from tests.faults.pool import processes

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("SHUDAO_KILLS", "50"))


def own_home(folder: Path) -> dict[str, str]:
    """The environment of a process with a home and a database of its own."""
    (folder / "home").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "SHUDAO_HOME": str(folder / "home"),
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is such: a killed process takes nothing along, whether or not it synced."""
    if not os.access("/dev/shm", os.W_OK):  # noqa: S108  ours alone
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def test_a_pool_that_is_killed_again_and_again_is_always_whole(memory: Path) -> None:
    assert processes.has_strace() or "strace" not in REQUIRED, "install Debian's package strace"
    seed = int(os.environ.get("SHUDAO_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {seed}")
    command = [sys.executable, "-m", "tests.faults.pool.player", str(memory), str(seed), str(KILLS)]
    done = subprocess.run(command, env=own_home(memory), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}\n{done.stderr[-6000:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    print(told)
    assert sum(told["killed"].values()) >= KILLS
    killed = {name.partition(" at ")[0] for name in told["killed"]}
    assert killed == {"full", "append", "upsert", "delete", "rebuild", "compact", "erase"}, "every step was killed"
