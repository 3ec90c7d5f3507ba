"""
Processes are killed at random under people who submit and systems that call: nothing acknowledged is lost, none twice.

GOALS safety 1 in its short form: twenty `kill -9` of web, gateway and worker. The seed is printed; set SHUDAO_SEED to
replay one.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.installation import Installation, start, stop
from tests.support.submitter import Submitter

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("SHUDAO_KILLS", "20"))
CLIENTS = 4


@pytest.fixture
def own_installation() -> Iterator[Installation]:
    """One that nobody else uses: its processes are about to be killed."""
    made = start(people=300)
    try:
        yield made
    finally:
        stop(made)


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(own_installation: Installation) -> None:
    seed = int(os.environ.get("SHUDAO_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {seed}")
    enough = threading.Event()
    people = [Submitter(own_installation) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=one.work, args=(enough,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    killed = kill_at_random(own_installation, random.Random(seed))
    enough.set()
    for thread in threads:
        thread.join(90)
    assert not [error for one in people for error in one.errors]
    acknowledged = [number for one in people for number in one.acknowledged]
    waits = sorted(wait for one in people for wait in one.caller.waited)
    print(
        f"killed {dict(killed)}, {len(acknowledged)} cases acknowledged, longest wait {waits[-1] if waits else 0:.1f} s"
    )
    assert len(acknowledged) >= CLIENTS, "people got through between the kills"
    check_cases(own_installation.home, acknowledged)
    check_ledger(own_installation)


def kill_at_random(installation: Installation, chance: random.Random) -> Counter[str]:
    """Kill one process of the three trees at a time, at random moments."""
    killed: Counter[str] = Counter()
    while sum(killed.values()) < KILLS:
        time.sleep(chance.uniform(0.2, 1.2))
        victims = family(installation.process.pid)
        if not victims:
            continue
        victim, kind = chance.choice(victims)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed[kind] += 1
    return killed


def family(root: int) -> list[tuple[int, str]]:
    """Every process below the supervisor, with the kind of its tree, by /proc alone."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = []
    for process in parents:
        line, at = [], process
        while at in parents and at != root:
            line.append(at)
            at = parents[at]
        if at == root and line:
            found.append((process, _kind(line[-1])))
    return [(process, kind) for process, kind in found if kind]


def _kind(process: int) -> str:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
    return next((name for name in ("wsgi", "faces.gateway", "worker") if name in command), "")


def check_cases(home: Path, acknowledged: list[str]) -> None:
    """Every acknowledged case is there, once; no draft became two cases."""
    assert len(set(acknowledged)) == len(acknowledged)
    with sqlite3.connect(home / "shudao.sqlite3") as database:
        stored = Counter(row[0] for row in database.execute("SELECT number FROM cases_case"))
        drafts = Counter(
            row[0] for row in database.execute("SELECT case_number FROM cases_draft WHERE case_number != ''")
        )
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    assert not [number for number in acknowledged if stored[number] != 1]
    assert not [number for number, count in drafts.items() if count != 1]
    assert sound == "ok"


def check_ledger(installation: Installation) -> None:
    """The ledger verifies from its files after all that."""
    environment = os.environ | installation.environment
    command = [sys.executable, "-m", "shudao.config.cli", "ledger", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
