"""
Processes are killed at random under people who submit and systems that call: nothing acknowledged is lost, none twice.

GOALS safety 1 in its short form: twenty `kill -9` of web, gateway and worker. The seed is printed; set SHUDAO_SEED to
replay one.
"""

from __future__ import annotations

import os
import random
import re
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
from demo.accounts import COUNTY, Cast
from demo.papers import household, one_page_pdf
from demo.people import demo_people, roles
from demo.places import Place

from tests.support.browserless import Caller, hidden
from tests.support.installation import Installation, start, stop

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


class Submitter:
    """A citizen who submits one application after the other."""

    def __init__(self, installation: Installation) -> None:
        self.caller = Caller(installation.web)
        self.password = installation.password
        self.acknowledged: list[str] = []
        self.errors: list[str] = []
        place = Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")
        self.form = household(Cast(invented=dict(roles(demo_people([place])))))

    def work(self, enough: threading.Event) -> None:
        """Submit until told to stop."""
        try:
            self.caller.sign_in("wang", self.password)
            task = self._task()
            while not enough.is_set():
                self.acknowledged.append(self._submit(task))
        except Exception as error:
            self.errors.append(repr(error))

    def _task(self) -> str:
        self.caller.get("/place/")
        self.caller.post("/place/", {"code": COUNTY, "next": "/"})
        found = re.search(
            r"/matters/(\w{31})/", self.caller.get("/search/?q=%E5%87%BA%E7%94%9F%E7%99%BB%E8%AE%B0").text
        )
        assert found, "the matter is found"
        return found[1]

    def _submit(self, task: str) -> str:
        caller = self.caller
        first = caller.get(f"/apply/{task}/")
        draft = caller.post(f"/apply/{task}/", {"key": hidden(first.text, "key"), "delivery": "online"}).address
        written = {name: _written(value) for name, value in self.form.items()}
        materials = caller.post(draft, {**written, "go": "1"})
        assert materials.address.endswith("/materials/"), materials.text[:2000]
        asked = re.findall(r'name="(material-[\w-]+)"', materials.text)
        check = caller.post(materials.address, {"go": "1"}, {name: one_page_pdf(name) for name in asked})
        assert check.address.endswith("/check/"), check.text[:2000]
        receipt = caller.post(check.address, {"key": hidden(check.text, "key")})
        number = re.search(r"data-case-number>(\w{43})<", receipt.text)
        assert number, receipt.text[:2000]
        return number[1]


def _written(value: object) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


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
        drafts = Counter(row[0] for row in database.execute("SELECT case_number FROM cases_draft WHERE case_number != ''"))
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    assert not [number for number in acknowledged if stored[number] != 1]
    assert not [number for number, count in drafts.items() if count != 1]
    assert sound == "ok"


def check_ledger(installation: Installation) -> None:
    """The ledger verifies from its files after all that."""
    environment = os.environ | {"SHUDAO_HOME": str(installation.home)}
    command = [sys.executable, "-m", "shudao.config.cli", "ledger", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
