"""kill -9 at any step of the inbox or a pull: one batch for a file, no row of a table lost, nothing plain left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from demo import people
from tests.contexts.pool.test_kill import PLACE, ROOT
from tests.contexts.pool.test_tables import contract
from tests.support import postgres

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

# A process of its own with a database of its own; every act is a fork of it, so that each kill is a real one.
BEGIN = """
import json, os, shutil, sys
import django
django.setup()
from datetime import timedelta
from pathlib import Path
from django.core.management import call_command
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import inbox as folders
from shudao.contexts.pool.services import ingesting
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.kernel.time import now

folder = Path(sys.argv[1])
identity.responsible = lambda kind, division: type("Body", (), {"code": "115199000000000000"})

def apart(act):
    child = os.fork()
    if child == 0:
        act()
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def begin():
    call_command("migrate", verbosity=0, skip_checks=True)
    pool.create(contract=json.loads((folder / "contract.json").read_text()), acting=SYSTEM, now=now(), key="create")

def deadly(fatal):
    ingest = ingesting.ingest
    def slow(*, progress=None, **rest):
        def tell(step, share):
            if step == fatal:
                os.kill(os.getpid(), 9)
            if progress:
                progress(step, share)
        return ingest(progress=tell, **rest)
    ingesting.ingest = slow

assert apart(begin) == 0
"""

INBOX = """
place = Path(os.environ["SHUDAO_POOL_INBOX"]) / "staff" / "full"

def take(fatal=""):
    deadly(fatal)
    if fatal == "claimed":
        folders.Folder.wipe = lambda self, name: os.kill(os.getpid(), 9)
    if fatal == "wiping":
        write = os.fsync
        folders.os.fsync = lambda descriptor: os.kill(os.getpid(), 9) if len(os.listdir(place)) else write(descriptor)
    pool.take_inbox(now=now() + timedelta(minutes=1))

for number, fatal in enumerate(sys.argv[2:], start=1):
    shutil.copyfile(folder / f"{fatal}.csv", place / "register.csv")
    assert apart(lambda: take(fatal)) == -9, fatal
    assert apart(take) == 0
    left = [one.name for one in place.iterdir()]
    assert left == [], (fatal, left)
    batches = pool.batches("staff")
    assert len(batches) == number, (fatal, batches)
print(json.dumps([one.says.en for one in pool.check("staff")]))
"""

PULL = """
import psycopg

def pull(fatal=""):
    deadly(fatal)
    while pool.pull(dataset="staff", acting=SYSTEM, now=now(), key=os.urandom(8).hex()):
        pass

url, identifiers = sys.argv[2], sys.argv[3].split(",")
for number, fatal in enumerate(("judge", "write", "publish", "index", "done")):
    with psycopg.connect(url, autocommit=True) as theirs:
        for identifier in identifiers[number * 3 : number * 3 + 3]:
            theirs.execute("INSERT INTO hr.people VALUES (now(), '在职', '2000-01-31', %s)", [identifier])
    assert apart(lambda: pull(fatal)) == -9, fatal
    assert apart(pull) == 0
    assert pool.counts()["staff"] == number * 3 + 3, fatal
    assert sum(one.rows for one in pool.batches("staff")) == number * 3 + 3, (fatal, "a row came twice")
print(json.dumps([one.says.en for one in pool.check("staff")]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home and an inbox of its own."""
    for name in ("home", "inbox/staff/full"):
        (tmp_path / name).mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "SHUDAO_HOME": str(tmp_path / "home"),
        "SHUDAO_POOL_INBOX": str(tmp_path / "inbox"),
        "SHUDAO_POOL_SOURCES": str(tmp_path / "sources.yaml"),
        "SHUDAO_POOL_PULL_ROWS": "2",
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


@pytest.fixture
def numbers() -> list[str]:
    """Identifiers of people who do not exist."""
    return [one.resident_id for one in people.make(places=[PLACE], people=40, marriages=2, companies=1).people]


def run(script: str, environment: dict[str, str], *arguments: str) -> Any:
    command = [sys.executable, "-c", script, *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_file_gives_one_batch_however_often_its_taker_is_killed(
    environment: dict[str, str], numbers: list[str], tmp_path: Path
) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(contract()))
    fatal = ("judge", "write", "publish", "index", "claimed", "wiping")
    for place, step in enumerate(fatal):
        rows = [f"{one},2000-01-31,在职" for one in numbers[: 10 + place]]
        (tmp_path / f"{step}.csv").write_text("\n".join(["resident_id,born,status", *rows]) + "\n", encoding="utf-8")
    assert run(BEGIN + INBOX, environment, str(tmp_path), *fatal) == []


@pytest.fixture
def theirs() -> Iterator[str]:
    """A department's database with an empty table."""
    with postgres.server() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA hr")
        connection.execute(
            "CREATE TABLE hr.people (changed_at timestamptz NOT NULL, status text, born date, resident_id text)"
        )
        yield url


def test_no_row_is_lost_or_comes_twice_however_often_a_pull_is_killed(
    environment: dict[str, str], numbers: list[str], theirs: str, tmp_path: Path
) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(contract(table="hr.people", cursor="changed_at")))
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"staff": theirs}))
    (tmp_path / "sources.yaml").chmod(0o600)
    assert run(BEGIN + PULL, environment, str(tmp_path), theirs, ",".join(numbers)) == []


def test_the_worker_has_it_done_by_a_process_of_its_own(
    environment: dict[str, str], numbers: list[str], tmp_path: Path
) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(contract()))
    assert run(BEGIN + "print(json.dumps(0))", environment, str(tmp_path)) == 0
    rows = [f"{one},2000-01-31,在职" for one in numbers]
    place = tmp_path / "inbox" / "staff" / "full"
    (place / "register.csv").write_text("\n".join(["resident_id,born,status", *rows]) + "\n", encoding="utf-8")
    (place / "list.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    worker = subprocess.Popen([sys.executable, "-m", "shudao.config.cli", "worker"], env=environment)
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends and [one.name for one in place.iterdir()] != ["refused"]:
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait(30)
    assert sorted(one.name for one in place.rglob("*")) == ["list.csv", "list.csv.txt", "refused"]
    counted = "from django.core.management import call_command\ncall_command('pool', 'snapshots', 'staff', '--json')"
    [snapshot] = run(f"import django\ndjango.setup()\n{counted}", environment)
    assert snapshot["rows"] == len(numbers)
