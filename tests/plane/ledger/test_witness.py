"""A witness cosigns what continues what it saw, refuses and shouts at anything else, and its word shows two views."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from shudao.kernel import signing
from shudao.plane.ledger import checkpoints, cosigning
from shudao.plane.ledger.publishing import Publisher
from shudao.plane.ledger.segment import Segment
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.sources import FolderSource, HttpSource, Unreachable
from shudao.plane.ledger.verify import verify
from shudao.plane.ledger.witness import ALARM, SEEN, Alarm, Witness, compare
from tests.plane import ledgers

SECRET = bytes(range(32, 64))
SIGNER = signing.scheme().signer("witness-1", SECRET)
KEYS = {"witness-1": signing.scheme().verifier("witness-1", signing.scheme().public_of(SECRET))}
LEDGER = list(ledgers.VERIFIERS.values())


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    ledgers.make(tmp_path / "ledger")
    return tmp_path / "ledger"


@pytest.fixture
def witness(tmp_path: Path, ledger: Path) -> Callable[..., Witness]:
    def do(name: str = "witness", at: Path = ledger) -> Witness:
        (tmp_path / name).mkdir(exist_ok=True)
        return Witness(tmp_path / name, FolderSource(at), SIGNER, LEDGER)

    return do


def go_on(folder: Path, word: str) -> None:
    """Another checkpoint, with entries of its own."""
    segment = Segment(folder, ledgers.SIGNER)
    ledgers.write(segment, range(2000, 2005), word)
    segment.close()
    with Sequencer(folder, lambda: ledgers.SIGNER) as sequencer:
        sequencer.tick()
        sequencer.checkpoint()


def test_what_continues_is_cosigned_once(witness: Callable[..., Witness], ledger: Path) -> None:
    assert witness().look() == 3
    assert witness().look() == 0
    go_on(ledger, "answered")
    assert witness().look() == 1
    found = cosigning.read(ledger)
    assert {each.size for each in found} == {14, 28, 42, 51}
    assert all(cosigning.valid(each, KEYS) for each in found)
    report = verify(ledger, ledgers.VERIFIERS, witnesses=KEYS)
    assert report.ok
    assert "cosigned by a witness as far as 51 of 51 entries" in report.notes


def test_a_witness_that_gave_nothing_is_told(ledger: Path) -> None:
    report = verify(ledger, ledgers.VERIFIERS, witnesses=KEYS)
    assert report.ok
    assert any("no cosignature" in note for note in report.notes)


@pytest.mark.parametrize("attack", [ledgers.roll_back, ledgers.rehash_everything, ledgers.change_root])
def test_a_witness_refuses_and_goes_on_refusing(
    witness: Callable[..., Witness], ledger: Path, tmp_path: Path, attack: Callable[[Path], None]
) -> None:
    witness().look()
    before = (tmp_path / "witness" / cosigning.FILE).read_bytes()
    whole = tmp_path / "whole"
    shutil.copytree(ledger, whole)
    attack(ledger)
    go_on(ledger, "answered")
    with pytest.raises(Alarm):
        witness().look()
    assert msgspec.json.decode((tmp_path / "witness" / ALARM).read_bytes())["why"]
    with pytest.raises(Alarm):
        witness(at=whole).look()
    assert (tmp_path / "witness" / cosigning.FILE).read_bytes() == before


def test_a_history_rewritten_below_the_last_checkpoint_has_no_proof(
    witness: Callable[..., Witness], ledger: Path, tmp_path: Path
) -> None:
    """The forger keeps the lines that were seen and signs a new one, with the true key, over another tree."""
    witness().look()
    other = tmp_path / "other"
    ledgers.make(other, word="no_record", rounds=4)
    last, forged = checkpoints.lines(ledger)[-1], checkpoints.read(other)[-1]
    forged = msgspec.structs.replace(forged, previous=checkpoints.line_hash(last))
    checkpoints.append(ledger, checkpoints.line(forged, ledgers.SIGNER))
    shutil.rmtree(ledger / "tree")
    shutil.copytree(other / "tree", ledger / "tree")
    with pytest.raises(Alarm, match="no proof shows"):
        witness().look()


def test_a_fork_is_found_by_two_witnesses_comparing(
    witness: Callable[..., Witness], ledger: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(ledger, other)
    go_on(ledger, "answered")
    go_on(other, "no_record")
    witness("a").look()
    witness("b", other).look()
    views = [cosigning.whole_lines(tmp_path / name / SEEN) for name in "ab"]
    assert "51 entries" in compare(views[0], views[1], LEDGER)
    assert compare(views[0], views[0][:3], LEDGER) == ""
    assert compare(views[0], [views[0][0], views[0][2]], LEDGER) != ""
    assert compare(views[0], views[1], []) == "", "lines that the ledger's key did not sign accuse nobody"


def test_a_witnesss_cosignatures_show_two_views_and_a_roll_back(
    witness: Callable[..., Witness], ledger: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(ledger, other)
    go_on(ledger, "answered")
    witness().look()
    shutil.copy(ledger / cosigning.FILE, other / cosigning.FILE)
    assert any("rolled back" in each for each in verify(other, ledgers.VERIFIERS, witnesses=KEYS).problems)
    go_on(other, "no_record")
    assert verify(other, ledgers.VERIFIERS).ok
    assert any("two views" in each for each in verify(other, ledgers.VERIFIERS, witnesses=KEYS).problems)


@pytest.fixture
def publisher(ledger: Path) -> Iterator[str]:
    serving = Publisher(("127.0.0.1", 0), ledger, KEYS)
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{serving.server_address[1]}"
    serving.shutdown()
    thread.join()
    serving.server_close()


class TestOverHttp:
    def test_it_is_the_same(self, publisher: str, ledger: Path, tmp_path: Path) -> None:
        watching = Witness(tmp_path, HttpSource(publisher), SIGNER, LEDGER)
        assert watching.look() == 3
        go_on(ledger, "answered")
        assert watching.look() == 1
        assert len(cosigning.read(ledger)) == 4
        (ledger / checkpoints.FILE).write_bytes(checkpoints.lines(ledger)[0] + b"\n")
        with pytest.raises(Alarm):
            watching.look()

    def test_a_strangers_cosignature_is_refused(self, publisher: str, ledger: Path, tmp_path: Path) -> None:
        stranger = signing.scheme().signer("witness-1", bytes(32))
        with pytest.raises(Unreachable, match="403"):
            Witness(tmp_path, HttpSource(publisher), stranger, LEDGER).look()
        assert cosigning.read(ledger) == []

    @pytest.mark.parametrize("path", ["/", "/consistency?old=1&size=9999", "/checkpoints?offset=-1", "/../segments"])
    def test_nothing_else_is_shown(self, publisher: str, path: str) -> None:
        with pytest.raises(Unreachable, match="404"):
            HttpSource(publisher)._ask(path)

    def test_what_was_not_taken_is_given_again(self, ledger: Path, tmp_path: Path) -> None:
        class Deaf(FolderSource):
            def give(self, cosignature: bytes) -> None:
                raise Unreachable("down")

        with pytest.raises(Unreachable):
            Witness(tmp_path, Deaf(ledger), SIGNER, LEDGER).look()
        Witness(tmp_path, FolderSource(ledger), SIGNER, LEDGER).look()
        assert [each.size for each in cosigning.read(ledger)] == [42]


def test_the_command_cosigns_once_and_ends_with_4_at_a_roll_back(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "ledger.pem").write_bytes(signing.scheme().public_pem(ledgers.PUBLIC))
    command = [sys.executable, "-m", "shudao.plane.ledger.witness", "--folder", str(tmp_path / "w"), "--once"]
    command += ["--source", str(ledger), "--public-key", str(tmp_path / "ledger.pem")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "3 checkpoints cosigned\n"), done.stderr
    assert (tmp_path / "w" / "public.pem").read_text().startswith("-----BEGIN PUBLIC KEY-----")
    ledgers.roll_back(ledger)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "ALARM" in done.stderr
