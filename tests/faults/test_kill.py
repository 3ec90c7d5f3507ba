"""
Processes are killed at random under people who submit and systems that call: nothing acknowledged is lost, none twice.

GOALS safety 1 in its short form: twenty `kill -9` of web, gateway and worker under four applicants, three officers who
race to decide, and a system that calls the gateway. The seed is printed; set SHUDAO_SEED to replay one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shudao.plane.ledger import reader
from tests.support import rows
from tests.support.asking import Asker
from tests.support.installation import Installation, start, stop
from tests.support.officer import Officers
from tests.support.submitter import Submitter

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("SHUDAO_KILLS", "20"))
APPLICANTS = ("wang", "chen", "yang", "zhao")


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
    people = [Submitter(own_installation, name) for name in APPLICANTS]
    officers = Officers(own_installation, people)
    asker = Asker(own_installation.home, own_installation.gateway, people[0].mother.resident_id)
    busy: list[Any] = [*people, officers, asker]
    threads = [threading.Thread(target=one.work, args=(enough,), daemon=True) for one in busy]
    for thread in threads:
        thread.start()
    killed = kill_at_random(own_installation, random.Random(seed))
    come_through(people, officers, asker)
    enough.set()
    for thread in threads:
        thread.join(90)
    acknowledged = [number for one in people for number in one.acknowledged]
    waits = sorted(wait for one in people for wait in one.caller.waited)
    print(
        f"killed {dict(killed)}; acknowledged: {len(acknowledged)} cases, {len(officers.accepted)} accepted, "
        f"{len(officers.decided)} decided, {len(asker.places)} calls ({asker.unreachable} tries unanswered); "
        f"longest wait {waits[-1] if waits else 0:.1f} s"
    )
    assert "\n".join(error for one in busy for error in one.errors) == ""
    assert all(one.acknowledged for one in people), "everybody got through"
    assert officers.decided, "officers got through too"
    assert asker.places, "and so did calls"
    check_cases(own_installation, acknowledged)
    check_decisions(own_installation, officers)
    check_ledger(own_installation, asker)


def kill_at_random(installation: Installation, chance: random.Random) -> Counter[str]:
    """Kill one process of the three trees at a time, at random moments."""
    killed: Counter[str] = Counter()
    while sum(killed.values()) < KILLS:
        time.sleep(chance.uniform(0.2, 4.0))  # web needs two to three seconds to be back
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


def come_through(people: list[Submitter], officers: Officers, asker: Asker) -> None:
    """Wait until everybody has got through: on a busy machine a process may be killed before it ever served."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if all(one.acknowledged for one in people) and officers.decided and asker.places:
            return
        time.sleep(0.2)


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


def check_cases(installation: Installation, acknowledged: list[str]) -> None:
    """Every acknowledged case is there, once; no draft became two cases."""
    assert len(set(acknowledged)) == len(acknowledged)
    stored = Counter(number for (number,) in rows.query(installation, "SELECT number FROM cases_case"))
    made = rows.query(installation, "SELECT case_number FROM cases_draft WHERE case_number <> ''")
    assert not [number for number in acknowledged if stored[number] != 1]
    assert not [number for number, count in Counter(made).items() if count != 1]
    if not installation.environment.get("DATABASE_URL"):
        assert rows.query(installation, "PRAGMA integrity_check") == [("ok",)]


def check_decisions(installation: Installation, officers: Officers) -> None:
    """What was accepted is; what two decided at once has one decision and one licence."""
    assert len(set(officers.decided)) == len(officers.decided), "of two who decide one is told that it was done"
    found = rows.query(installation, "SELECT number, decided_at, licence FROM cases_case WHERE accepted_at IS NOT NULL")
    accepted = {number: (decided, licence) for number, decided, licence in found}
    assert not set(officers.accepted) - set(accepted)
    assert not [number for number in officers.decided if not all(accepted[number])]
    licences = Counter(rows.query(installation, 'SELECT "case" FROM licences_licence'))
    assert not [case for case, count in licences.items() if count != 1]


def check_ledger(installation: Installation, asker: Asker) -> None:
    """The ledger verifies from its files after all that, and has every call that was answered."""
    environment = os.environ | installation.environment
    command = [sys.executable, "-m", "shudao.config.cli", "ledger", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    there = Counter(f"{one.segment}:{one.sequence}" for one in reader.entries(installation.home / "ledger"))
    assert len(set(asker.places)) == len(asker.places)
    assert not [place for place in asker.places if there[place] != 1]
