"""kill -9 at any step leaves the old snapshot or the new one whole, and the same key takes the batch up anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from demo import people, populations
from demo.places import Place

ROOT = Path(__file__).resolve().parents[3]
PLACE = Place("510107001001", "四川省成都市武侯区某街道某社区", "武侯区", "成都市")

# Runs in a process of its own, on a database of its own: the kill must be a real one.
SCRIPT = """
import json, os, sys
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.kernel.time import now

source, key, fatal = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def progress(step, share):
    if step == fatal:
        os.kill(os.getpid(), 9)

if not pool.datasets():
    identity.responsible = lambda kind, division: type("Body", (), {"code": "115199000000000000"})
    pool.create(contract="population", acting=SYSTEM, now=now(), key="create")
batch = pool.ingest(dataset="population", source=source, acting=SYSTEM, now=now(), key=key, progress=progress)
folders = sorted(path.name for path in (Path(os.environ["SHUDAO_HOME"]) / "pool/datasets/population").iterdir())
found = pool.lookup("population", sys.argv[4])
print(json.dumps({
    "snapshot": batch.snapshot, "snapshots": len(pool.snapshots("population")), "folders": len(folders),
    "damage": [one.says.en for one in pool.check("population")],
    "seen": found.snapshot, "status": found.rows[0]["status"],
}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated installation with a first snapshot."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "home").mkdir()
    environment = _environment(folder)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v0"], env=environment, check=True, cwd=ROOT
    )
    world = people.make(places=[PLACE], people=200, marriages=10, companies=1)
    populations.write(people.World(people=world.people), folder / "first")
    world.people[0].status = "迁出"
    populations.write(people.World(people=world.people), folder / "second")
    return folder


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "SHUDAO_HOME": str(folder / "home"),
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def _ingest(folder: Path, delivery: str, key: str, fatal: str = "") -> subprocess.CompletedProcess[str]:
    wang = people.demo_people([PLACE])[0]
    source = str(folder / delivery / "population.parquet")
    command = [sys.executable, "-c", SCRIPT, source, key, fatal, wang.resident_id]
    return subprocess.run(command, env=_environment(folder), capture_output=True, text=True, check=False)


def test_a_killed_batch_leaves_no_half_and_is_taken_up_anew(home: Path) -> None:
    first = _ingest(home, "first", "one")
    assert first.returncode == 0, first.stderr
    for number, step in enumerate(("judge", "write", "publish", "index"), start=2):
        killed = _ingest(home, "second", step, fatal=step)
        assert killed.returncode == -9, killed.stderr
        again = _ingest(home, "second", step)
        assert again.returncode == 0, again.stderr
        told = json.loads(again.stdout)
        assert told == {
            "snapshot": number,
            "snapshots": number,
            "folders": number,
            "damage": [],
            "seen": number,
            "status": "迁出",
        }
