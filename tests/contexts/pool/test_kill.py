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
STEPS = ("judge", "write", "publish", "index")

# A process of its own with a database of its own; every act is a fork of it, so that each kill is a real one.
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

folder, resident_id = Path(sys.argv[1]), sys.argv[2]

def apart(act):
    child = os.fork()
    if child == 0:
        act()
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def begin():
    call_command("migrate", verbosity=0, skip_checks=True)
    identity.responsible = lambda kind, division: type("Body", (), {"code": "115199000000000000"})
    pool.create(contract="population", acting=SYSTEM, now=now(), key="create")
    ingest("first", "first")

def ingest(delivery, key, fatal=""):
    def progress(step, share):
        if step == fatal:
            os.kill(os.getpid(), 9)
    source = folder / delivery / "population.parquet"
    return pool.ingest(dataset="population", source=source, acting=SYSTEM, now=now(), key=key, progress=progress)

def take_up(key):
    batch = ingest("second", key)
    found = pool.lookup("population", resident_id)
    print(json.dumps({
        "snapshot": batch.snapshot,
        "snapshots": len(pool.snapshots("population")),
        "folders": len(list((Path(os.environ["SHUDAO_HOME"]) / "pool/datasets/population").iterdir())),
        "damage": [one.says.en for one in pool.check("population")],
        "seen": found.snapshot,
        "status": found.rows[0]["status"],
    }))

assert apart(begin) == 0
for step in sys.argv[3:]:
    assert apart(lambda: ingest("second", step, fatal=step)) == -9
    assert apart(lambda: take_up(step)) == 0
"""


@pytest.mark.faults
def test_a_killed_batch_leaves_no_half_and_is_taken_up_anew(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    world = people.make(places=[PLACE], people=200, marriages=10, companies=1)
    populations.write(people.World(people=world.people), tmp_path / "first")
    world.people[0].status = "迁出"
    populations.write(people.World(people=world.people), tmp_path / "second")
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = kept | {
        "SHUDAO_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), world.people[0].resident_id, *STEPS]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert told == [
        {"snapshot": number, "snapshots": number, "folders": number, "damage": [], "seen": number, "status": "迁出"}
        for number in range(2, 2 + len(STEPS))
    ]
