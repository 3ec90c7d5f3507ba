"""/health names the witness: how far it followed the ledger, how long ago, and that it raised an alarm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shudao.faces.gateway.watching import watched
from shudao.kernel import signing
from shudao.kernel.time import now
from shudao.plane.ledger import checkpoints, cosigning
from shudao.plane.ledger.sources import FolderSource
from shudao.plane.ledger.witness import ALARM, Alarm, Witness
from tests.faces.gateway.process import Place
from tests.plane import ledgers

SIGNER = signing.scheme().signer("witness-1", bytes(range(32, 64)))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    ledgers.make(tmp_path / "ledger")
    (tmp_path / "witness").mkdir()
    return tmp_path / "ledger"


def look(ledger: Path) -> int:
    folder = ledger.parent / "witness"
    return Witness(folder, FolderSource(ledger), SIGNER, list(ledgers.VERIFIERS.values())).look()


def told(ledger: Path) -> dict[str, Any]:
    return watched(ledger, str(ledger.parent / "witness"), now() + timedelta(seconds=90))


def test_a_ledger_without_a_witness_and_without_entries(tmp_path: Path) -> None:
    assert watched(tmp_path, "", now()) == {"checkpoint": None, "cosigned": None, "alarm": None}


def test_the_last_cosigned_checkpoint_and_its_age(ledger: Path) -> None:
    signed = checkpoints.read(ledger)[-1]
    assert told(ledger)["cosigned"] is None
    look(ledger)
    found = told(ledger)
    for name in ("checkpoint", "cosigned"):
        assert found[name]["entries"] == signed.size
        assert found[name]["age_seconds"] >= 90
    assert found["cosigned"]["witness"] == "witness-1"
    assert found["cosigned"]["at"] == cosigning.read(ledger)[-1].instant
    assert found["alarm"] is None


def test_an_alarm_is_told_and_stays(ledger: Path) -> None:
    look(ledger)
    (ledger / checkpoints.FILE).write_bytes(checkpoints.lines(ledger)[0] + b"\n")
    with pytest.raises(Alarm) as raised:
        look(ledger)
    assert told(ledger)["alarm"] == str(raised.value)
    (ledger.parent / "witness" / ALARM).write_bytes(b"{")
    assert ALARM in str(told(ledger)["alarm"]), "one that cannot be read is one"


@pytest.mark.parametrize("file", [checkpoints.FILE, cosigning.FILE])
def test_what_cannot_be_read_is_a_problem(ledger: Path, file: str) -> None:
    (ledger / file).write_bytes(b"garbage\n")
    assert "cannot be read" in str(told(ledger)["problem"])


@pytest.mark.parametrize("file", [checkpoints.FILE, cosigning.FILE])
def test_a_torn_last_line_is_left_out(ledger: Path, file: str) -> None:
    look(ledger)
    before = told(ledger)
    with (ledger / file).open("ab") as torn:
        torn.write(b'{"checkpoint":{"version"')
    after = told(ledger)
    for name in ("checkpoint", "cosigned"):
        assert after[name]["at"] == before[name]["at"]


def test_the_newest_checkpoint_is_found_however_long_its_line_is(ledger: Path) -> None:
    text = checkpoints.lines(ledger)[-1]
    many = [("s", number, 1) for number in range(20_000)]
    made = checkpoints.parse(text)[0]
    longer = checkpoints.line(
        checkpoints.Checkpoint(1, 99, made.root, made.instant, made.key, "", many), ledgers.SIGNER
    )
    with (ledger / checkpoints.FILE).open("ab") as file:
        file.write(longer + b"\n")
    newest = checkpoints.newest(ledger)
    assert newest is not None
    assert (newest.size, len(newest.ranges)) == (99, 20_000)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    made.build()
    made.publish(grants=(made.grant(),))
    made.start()
    yield made
    made.kill()


def test_the_gateway_says_it_and_calls_itself_degraded_by_an_alarm(gate: Place) -> None:
    def health() -> dict[str, Any]:
        return dict(json.loads(gate.get("/health")[2]))

    assert set(health()["ledger"]) == {"checkpoint", "cosigned", "alarm"}
    assert health()["status"] == "ok"
    gate.stop()
    gate.witness = str(gate.root / "witness")
    (gate.root / "witness").mkdir()
    (gate.root / "witness" / ALARM).write_text('{"why": "rolled back"}')
    gate.start()
    told = health()
    assert (told["status"], told["ledger"]["alarm"]) == ("degraded", "rolled back")
    assert gate.get("/health")[0] == 200, "calls are still answered"
