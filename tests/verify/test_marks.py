"""What other parties said of a ledger, read by the stand-alone verifier: witnesses' cosignatures and time stamps."""

from __future__ import annotations

import base64
import importlib
import shutil
from pathlib import Path

import msgspec
import pytest

from shudao.kernel import signing
from shudao.plane.ledger import checkpoints, cosigning, stamping
from shudao.plane.ledger.sources import FolderSource
from shudao.plane.ledger.witness import Witness
from tests.plane import ledgers
from tests.plane.ledger.test_witness import LEDGER, SECRET, SIGNER, go_on
from tests.support.stamps import TimeStamper, time_stamper
from tests.verify.test_ledger import PROGRAM, run

KINDS = {"rsa": "rsa:2048", "ec": "ec -pkeyopt ec_paramgen_curve:P-256", "chain": "rsa:2048"}


@pytest.fixture(scope="module", params=KINDS)
def authority(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> TimeStamper:
    folder = tmp_path_factory.mktemp("tsa") / request.param
    return time_stamper(folder, KINDS[request.param], chain=request.param == "chain")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(signing.scheme().public_pem(ledgers.PUBLIC))
    (tmp_path / "witness.pem").write_bytes(signing.scheme().public_pem(signing.scheme().public_of(SECRET)))
    ledgers.make(tmp_path / "ledger")
    return tmp_path / "ledger"


def watch(folder: Path, name: str = "w") -> None:
    (folder.parent / name).mkdir(exist_ok=True)
    Witness(folder.parent / name, FolderSource(folder), SIGNER, LEDGER).look()


def witnessed(folder: Path) -> tuple[int, str]:
    return run(folder, "--witness-key", str(folder.parent / "witness.pem"))


def test_what_is_not_checked_is_said(folder: Path) -> None:
    watch(folder)
    (folder / stamping.FILE).write_bytes(b"")
    status, said = run(folder)
    assert status == 0
    assert "cosignatures were NOT checked" in said
    assert "time stamps were NOT checked" in said


def test_a_witness_shows_two_views_and_a_roll_back(folder: Path) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    go_on(folder, "answered")
    watch(folder)
    status, said = witnessed(folder)
    assert (status, "cosigned by a witness as far as 51 of 51 entries" in said) == (0, True), said
    shutil.copy(folder / cosigning.FILE, other / cosigning.FILE)
    assert "rolled back: a witness cosigned 51" in witnessed(other)[1]
    go_on(other, "no_record")
    assert run(other)[0] == 0
    status, said = witnessed(other)
    assert status == 1
    assert "two views" in said


def stamp(folder: Path, authority: TimeStamper) -> stamping.Stamp:
    roots = stamping.roots_of(authority.root.read_bytes())
    return stamping.obtain(checkpoints.lines(folder)[-1], authority, roots)


def test_a_stamp_holds(folder: Path, authority: TimeStamper) -> None:
    given = stamp(folder, authority)
    stamping.append(folder, given)
    status, said = run(folder, "--stamp-root", str(authority.root))
    assert status == 0, said
    assert f"stamped as far as 42 entries, at {given.instant}" in said


def test_whatever_byte_of_a_stamp_is_changed_it_holds_no_more_or_says_the_same(
    folder: Path, authority: TimeStamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(PROGRAM.parent)
    marks = importlib.import_module("ledger_marks")

    given = stamp(folder, authority)
    roots = stamping.roots_of(authority.root.read_bytes())
    content = base64.b64decode(given.response)
    at = marks.check_stamp(content, given.line, roots)
    assert at.isoformat() == given.instant
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0x15
        try:
            assert marks.check_stamp(bytes(changed), given.line, roots) == at, place
        except ValueError:
            continue


def test_stamps_of_others_are_none(folder: Path, authority: TimeStamper, tmp_path: Path) -> None:
    given = stamp(folder, authority)
    stranger = time_stamper(tmp_path / "stranger")
    stamping.append(folder, given)
    assert "does not lead to a root given" in run(folder, "--stamp-root", str(stranger.root))[1]
    (folder / stamping.FILE).unlink()
    stamping.append(folder, msgspec.structs.replace(given, line="0" * 64))
    assert "the stamp is of something else" in run(folder, "--stamp-root", str(authority.root))[1]


def test_a_rewritten_ledger_is_found_by_its_stamp(folder: Path, authority: TimeStamper) -> None:
    given = stamp(folder, authority)
    ledgers.rehash_everything(folder)
    stamping.append(folder, given)
    assert run(folder)[0] == 0
    status, said = run(folder, "--stamp-root", str(authority.root))
    assert status == 1
    assert "42 entries that is not here" in said
