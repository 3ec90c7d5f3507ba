"""kill -9 of a delivery of any mode or of a rebuilt index, at any moment and any call, leaves the old or the new."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REQUIRED
from tests.faults.pool import processes

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("SHUDAO_KILLS", "50"))


def test_a_pool_that_is_killed_again_and_again_is_always_whole(tmp_path: Path) -> None:
    assert processes.has_strace() or "strace" not in REQUIRED, "install Debian's package strace"
    seed = int(os.environ.get("SHUDAO_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {seed}")
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = kept | {
        "SHUDAO_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.faults.pool.player", str(tmp_path), str(seed), str(KILLS)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}\n{done.stderr[-6000:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    print(told)
    assert sum(told["killed"].values()) >= KILLS
    killed = {name.partition(" at ")[0] for name in told["killed"]}
    assert killed == {"full", "append", "upsert", "delete", "rebuild"}, "every step was killed"
