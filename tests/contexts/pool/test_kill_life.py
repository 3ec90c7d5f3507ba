"""kill -9 of a compaction, an erasure or a change of keys at any step: nothing is lost, and the next one ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import people, populations
from demo.places import Place

GOOD = 199  # of two hundred people; one is delivered with a wrong number
ROOT = Path(__file__).resolve().parents[3]
PLACE = Place("510107001001", "四川省成都市武侯区某街道某社区", "武侯区", "成都市")
# Each is killed as it would begin.
COMPACTING = ("compacting._merge", "compacting._publish", "index.show", "current.publish", "current.clean")
ERASING = (
    "vault.forget",
    "vault._overwrite",
    "index.erase",
    "erasing._leave",
    "rewriting.rewrite",
    "swapping.prepare",
    "swapping.carry_out",
    "index.show",
    "cleaning_up.tidy",
    "erasing._end",
)
ROTATING = (
    "files:rewriting.rewrite",
    "files:quarantine.rewrite",
    "files:swapping.carry_out",
    "files:cleaning_up.tidy",
    "files:keys.end_older",
    "vault:vault._overwrite",
    "vault:rotating._end",
    "index:index.resealed",
    "index:index.show",
    "index:current.publish",
    "index:current.clean",
)

# A process of its own with a database of its own; every act is a fork of it, so that each kill is a real one.
SCRIPT = """
import json, os, sys
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import index, keys, quarantine, rewriting, vault
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.services import cleaning_up, compacting, erasing, rotating, swapping
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.kernel.time import now
from shudao.plane.lookup import current

folder, act, numbers = Path(sys.argv[1]), sys.argv[2], sys.argv[3].split(",")
root = Path(os.environ["SHUDAO_HOME"]) / "pool"

def apart(act):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        act()
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def ingest(name, mode):
    for dataset in ("population", "marriage") if mode is Mode.FULL else ("population",):
        source = folder / name / f"{dataset}.parquet"
        pool.ingest(dataset=dataset, source=source, acting=SYSTEM, now=now(), key=name, mode=mode)

def begin():
    call_command("migrate", verbosity=0, skip_checks=True)
    identity.responsible = lambda kind, division: type("Body", (), {"code": "115199000000000000"})
    for code in ("population", "marriage"):
        pool.create(contract=code, acting=SYSTEM, now=now(), key=f"create-{code}")
    ingest("first", Mode.FULL)

def fatal(step):
    module, _, name = step.partition(".")
    setattr(globals()[module], name, lambda *all, **named: os.kill(os.getpid(), 9))

def compact(round, step=""):
    if step:
        fatal(step)
    pool.compact("population", acting=SYSTEM, now=now())

def erase(round, step=""):
    if step:
        fatal(step)
        pool.erase(numbers[round], reason="test", acting=SYSTEM, now=now(), key=step)
    pool.finish_erasures(now=now())

def rotate(round, step=""):
    what, _, step = step.partition(":")
    if step:
        fatal(step)
        pool.rotate(what, acting=SYSTEM, now=now(), key=what + step)
    rotating.finish(now=now())

def tell(round):
    cleaning_up.tidy_all()
    named = {file for one in pool.lineage("population", limit=1000) for file in [one.file]}
    lying = {path.relative_to(root).as_posix() for path in (root / "datasets/population").rglob("part-*")}
    subject = keys.subject_of(numbers[round])
    print(json.dumps({
        "damage": [one.says.en for code in ("population", "marriage") for one in pool.check(code)],
        "stray": sorted(lying - named),
        "rows": {one.code: one.rows for one in pool.datasets()}["population"],
        "found": sum(pool.lookup("population", number) is not None for number in numbers),
        "traces": sum(subject in path.read_bytes() for path in root.rglob("*") if path.is_file()),
        "vault": vault.reveal(subject) is not None,
        "keys": sum(len(keys.opening_keys(purpose)) for purpose in rotating.PURPOSES.values()),
    }))

assert apart(begin) == 0
for round, step in enumerate(sys.argv[4:]):
    assert apart(lambda: ingest(f"more-{round}", Mode.UPSERT)) == 0 if act == "compact" else True
    assert apart(lambda: globals()[act](round, step)) == -9, step
    assert apart(lambda: globals()[act](round)) == 0, step
    assert apart(lambda: tell(round)) == 0, step
"""


def run(tmp_path: Path, act: str, steps: tuple[str, ...]) -> list[dict[str, object]]:
    (tmp_path / "home").mkdir()
    world = people.make(places=[PLACE], people=200, marriages=60, companies=1)
    populations.write(people.World(people=world.people, marriages=world.marriages), tmp_path / "first")
    for round_ in range(len(steps)):
        world.people[round_].status = "迁出"
        populations.write(people.World(people=world.people), tmp_path / f"more-{round_}")
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = kept | {
        "SHUDAO_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    couples = [world.people[pair.one].resident_id for pair in world.marriages]
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), act, ",".join(couples[: len(steps)]), *steps]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.faults
def test_a_killed_compaction_loses_nothing(tmp_path: Path) -> None:
    for one in run(tmp_path, "compact", COMPACTING):
        assert (one["damage"], one["stray"], one["rows"], one["found"]) == ([], [], GOOD, len(COMPACTING))


@pytest.mark.faults
def test_a_killed_erasure_is_finished(tmp_path: Path) -> None:
    for round_, one in enumerate(run(tmp_path, "erase", ERASING), start=1):
        left = len(ERASING) - round_
        assert one == {
            "damage": [],
            "stray": [],
            "rows": GOOD - round_,
            "found": left,
            "traces": 0,
            "vault": False,
            "keys": 3,
        }


@pytest.mark.faults
def test_a_killed_change_of_keys_is_finished(tmp_path: Path) -> None:
    for one in run(tmp_path, "rotate", ROTATING):
        assert one.pop("traces")
        assert one == {"damage": [], "stray": [], "rows": GOOD, "found": len(ROTATING), "vault": True, "keys": 3}
