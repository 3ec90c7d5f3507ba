"""The witness that is started beside the gateway: started again when it is killed, not after an alarm."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shudao.config.supervisor import Child, children, supervise
from shudao.kernel.keys import KeyRing
from shudao.kernel.signing import Signer
from shudao.plane.ledger import checkpoints, cosigning
from shudao.plane.ledger.segment import Segment
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.verify import verify
from shudao.plane.ledger.witness import ALARM, PUBLIC, public_keys
from tests.plane import ledgers

pytestmark = pytest.mark.faults


class House:
    """A home with keys, a ledger in use, and the witness as the launcher keeps it."""

    def __init__(self, home: Path, child: Child) -> None:
        self.home, self.ledger, self.child, self.said = home, home / "ledger", child, []
        self.ring = KeyRing.load(home / "keys")
        self.ring.ensure("ledger")
        self.stopping = threading.Event()

    def signer(self) -> Signer:
        return self.ring.signer("ledger")

    def go_on(self) -> int:
        """Another checkpoint; return its size."""
        segment = Segment(self.ledger, self.signer())
        ledgers.write(segment, range(5))
        segment.close()
        with Sequencer(self.ledger, self.signer) as sequencer:
            sequencer.tick()
            made = sequencer.checkpoint()
        assert made is not None
        return made.size

    def keep(self) -> None:
        supervise([self.child], stopping=self.stopping.is_set, say=self.said.append)

    def cosigned(self) -> int:
        return max((one.size for one in cosigning.read(self.ledger)), default=0)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("SHUDAO_HOME", str(tmp_path))
    assert "witness" not in {one.name for one in children()}, "none where no setting names one"
    monkeypatch.setenv("SHUDAO_LEDGER_WITNESS", str(tmp_path / "witness"))
    found = {one.name: one for one in children()}
    child, told = found["witness"], found["gateway"].command
    assert told[told.index("--witness") + 1] == str(tmp_path / "witness"), "/health tells its alarm"
    child.command += ["--seconds", "0.1"]
    made = House(tmp_path, child)
    keeping = threading.Thread(target=made.keep)
    keeping.start()
    yield made
    made.stopping.set()
    keeping.join()


def eventually(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_it_is_kept_running_until_it_raises_an_alarm(house: House) -> None:
    first = house.go_on()
    eventually(lambda: house.cosigned() == first, "cosigned")
    assert house.child.process is not None
    house.child.process.kill()
    second = house.go_on()
    eventually(lambda: house.cosigned() == second, "cosigned after it was killed")
    assert house.child.restarts == 1
    own = {key.key_id: key for key in public_keys([house.home / "witness" / PUBLIC])}
    report = verify(house.ledger, house.ring.verifiers("ledger"), witnesses=own)
    assert report.problems == []
    assert f"cosigned by a witness as far as {second} of {second} entries" in report.notes
    (house.ledger / checkpoints.FILE).write_bytes(checkpoints.lines(house.ledger)[0] + b"\n")
    eventually(lambda: house.said[-1:] == ["witness raised an alarm and waits for a person"], "alarm")
    time.sleep(1)
    assert house.child.restarts == 1
    assert (house.home / "witness" / ALARM).exists()
    assert len(house.said) == 2
