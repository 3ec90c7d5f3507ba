"""
Two gateways and a control plane on three hosts: one is cut off, its snapshot ages, it refuses, heals, catches up.

GOALS safety 6. The hosts are network namespaces; the snapshot travels by `plane.handing` and `plane.fetching`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shudao.kernel.time import now
from shudao.plane import snapshot
from shudao.plane.decision import CONNECTED_SECONDS
from shudao.plane.ledger import reader
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, children, person, question
from tests.plane import makers
from tests.support import namespaces
from tests.support.namespaces import Hosts

pytestmark = pytest.mark.faults

STRICT = "strict-register"  # the highest sensitivity: not answered at all when cut off
STRICT_PATH = "/r1/" + makers.SERVICE.rpartition("/")[0] + "/" + STRICT
PORT, BEAT = 8100, 2.0


class Host(Place):
    """A gateway on a host of its own, with its own folders; it has the control plane's keys."""

    def go(self, hosts: Hosts, name: str) -> None:
        self.host, self.port = hosts.names[name], PORT
        command = [sys.executable, "-m", "shudao.faces.gateway", "--address", f"127.0.0.1:{PORT}"]
        for folder in ("snapshots", "ledger", "pool", "keys"):
            command += [f"--{folder}", str(self.root / folder)]
        command += ["--control-plane", f"http://{hosts.control_as_seen_by(name)}:{PORT}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                hosts.command(self.host, command), stdout=log, stderr=log, start_new_session=True
            )

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        return namespaces.on(self.host, lambda: super(Host, self).send(method, path, headers, body))  # type: ignore[no-any-return]

    def outcome(self, path: str = raw.PATH) -> str:
        return raw.outcome(self.send(*raw.signed(self, path=path, body=question(subject=person(1)))))

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/health")[2]))

    def ages(self) -> list[tuple[str, str, int]]:
        """Return service code, outcome and the snapshot's age of every ledger entry, in order."""
        entries = [found.entry for found in reader.entries(self.ledger)]
        return [(one.service.rpartition("/")[2], one.outcome, one.age) for one in entries if one is not None]


class Control(Place):
    """The control plane: it publishes, confirms every two seconds, and hands out what it published."""

    def go(self, hosts: Hosts) -> None:
        command = [sys.executable, "-m", "shudao.plane.handing", "--snapshots", str(self.root / "snapshots")]
        command += ["--address", f"0.0.0.0:{PORT}"]
        self.process = subprocess.Popen(hosts.command(hosts.control, command), start_new_session=True)
        self.ending = threading.Event()
        self.beating = threading.Thread(target=self._beat)
        self.beating.start()

    def _beat(self) -> None:
        signer = self.ring.signer("snapshot-signing")
        while not self.ending.wait(BEAT):
            snapshot.confirm(self.root / "snapshots", self.version, now=now(), signer=signer)

    def say(self, *, granted: bool = True) -> None:
        resources = (
            makers.resource(),
            makers.resource(
                code=STRICT, service=makers.SERVICE.rpartition("/")[0] + "/" + STRICT, staleness=0, sensitivity=4
            ),
        )
        grants = [self.grant(id="grant-2", resource=STRICT), *([self.grant()] if granted else [])]
        self.publish(resources=resources, grants=tuple(grants))


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    why = namespaces.permitted()
    if why:
        pytest.skip(why)
    made = Hosts(["one", "two"])
    try:
        yield made
    finally:
        made.remove()


@pytest.fixture
def control(hosts: Hosts, tmp_path: Path) -> Iterator[Control]:
    made = Control(tmp_path / "control")
    made.build()
    made.say()
    made.go(hosts)
    yield made
    made.ending.set()
    made.beating.join()
    made.kill()


@pytest.fixture
def gateways(hosts: Hosts, control: Control, tmp_path: Path) -> Iterator[tuple[Host, Host]]:
    made = []
    for name in ("one", "two"):
        root = tmp_path / name
        for folder in ("keys", "pool"):
            shutil.copytree(control.root / folder, root / folder)
        one = Host(root)
        one.go(hosts, name)
        made.append(one)
    yield made[0], made[1]
    for one in made:
        assert one.process is not None
        for each in [*children(one.process.pid), one.process.pid]:
            os.kill(each, signal.SIGKILL)
        one.process.wait(5)


def until(true: Callable[[], bool], seconds: float) -> float:
    """Wait; return how long it took."""
    began = time.monotonic()
    while True:
        try:
            if true():
                return time.monotonic() - began
        except OSError:
            pass
        assert time.monotonic() - began < seconds
        time.sleep(0.2)


def test_a_gateway_cut_off_ages_refuses_heals_and_catches_up(
    hosts: Hosts, control: Control, gateways: tuple[Host, Host]
) -> None:
    one, two = gateways
    for gateway in gateways:
        until(lambda gateway=gateway: gateway.state()["snapshot"] == 1, 60)  # type: ignore[misc]
        assert (gateway.outcome(), gateway.outcome(STRICT_PATH)) == ("answered", "answered")

    hosts.wire("one", "down")
    control.say(granted=False)
    until(lambda: two.outcome() == "no_grant", 20)
    assert one.outcome() == "answered"  # it cannot know of the withdrawal, and this resource may lag a day
    until(lambda: one.outcome(STRICT_PATH) == "stale_snapshot", CONNECTED_SECONDS + 20)
    assert one.outcome() == "answered"
    assert one.state()["snapshot"] == 1
    assert one.state()["snapshot_age_seconds"] >= CONNECTED_SECONDS  # it is told to a tenth
    assert two.outcome(STRICT_PATH) == "answered"

    hosts.wire("one", "up")
    until(lambda: one.outcome(STRICT_PATH) == "answered", 30)
    until(lambda: one.outcome() == "no_grant", 30)
    assert one.state()["snapshot"] == control.version

    told = one.ages()
    assert all(age >= CONNECTED_SECONDS for _, outcome, age in told if outcome == "stale_snapshot")
    after = told[[outcome for _, outcome, _ in told].index("stale_snapshot") :]
    service, outcome, age = next(entry for entry in after if entry[0] != STRICT)
    assert (service, outcome) == (makers.SERVICE.rpartition("/")[2], "answered")
    assert age >= CONNECTED_SECONDS, "the ledger says by how old a snapshot it was answered"
    assert all(age <= CONNECTED_SECONDS for _, _, age in two.ages())
    assert "reached again" in one.log.read_text()
