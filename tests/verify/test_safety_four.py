"""
Every way to take back what the ledger says, by a thief and by its operator with the key: found from outside.

The examiner has the stand-alone verifier, the files, the public key and one older checkpoint; for a tail that no
checkpoint covers yet, one receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shudao.kernel import signing
from shudao.plane.ledger import checkpoints, entry, frames
from shudao.plane.ledger.segment import Segment
from shudao.plane.ledger.sequencer import Sequencer
from tests.plane import ledgers
from tests.plane.ledger.test_witness import go_on
from tests.verify.test_ledger import run

Bodies = dict[int, list[bytes]]  # what each worker wrote


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(signing.scheme().public_pem(ledgers.PUBLIC))
    folder = tmp_path / "ledger"
    ledgers.make(folder)
    (tmp_path / "old").write_bytes(checkpoints.lines(folder)[1])
    return folder


def examined(folder: Path) -> tuple[int, str]:
    return run(folder, "--checkpoint", str(folder.parent / "old"))


def edit(bodies: Bodies) -> None:
    bodies[0][4] = entry.encode(ledgers.sample(99))


def delete(bodies: Bodies) -> None:
    del bodies[0][4]


def insert(bodies: Bodies) -> None:
    bodies[0].insert(4, entry.encode(ledgers.sample(99)))


def swap(bodies: Bodies) -> None:
    bodies[1][2], bodies[1][3] = bodies[1][3], bodies[1][2]


def cut(bodies: Bodies) -> None:
    del bodies[0][3:]


def nothing(bodies: Bodies) -> None:
    """The same entries in the same order: only salts and instants are new."""


CHANGES: dict[str, Callable[[Bodies], None]] = {
    "edit": edit,
    "delete": delete,
    "insert": insert,
    "swap": swap,
    "cut below the last checkpoint": cut,
    "rehash everything": nothing,
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_operator_with_the_key_who_writes_all_anew_is_found(folder: Path, change: str) -> None:
    """Segments, receipts, tree and checkpoints are consistent and truly signed: nothing is wrong but the past."""
    bodies = {
        number: [frame.body for frame in frames.read(path) if frame.kind == frames.ENTRY]
        for number, path in enumerate(ledgers.segment_files(folder))
    }
    CHANGES[change](bodies)
    shutil.rmtree(folder)
    with Sequencer(folder, lambda: ledgers.SIGNER) as sequencer:
        for part in range(3):
            for number in bodies:
                segment = Segment(folder, ledgers.SIGNER)
                if wanted := bodies[number][part * 7 : (part + 1) * 7]:
                    segment.write(wanted)
                segment.close()
            sequencer.tick()
            sequencer.checkpoint()
    assert run(folder)[0] == 0, "consistent in itself"
    status, said = examined(folder)
    assert status == 1, said
    assert "rewritten" in said or "rolled back" in said


@pytest.mark.parametrize("name", ledgers.ATTACKS)
def test_a_thief_without_the_key_is_found(folder: Path, name: str) -> None:
    ledgers.ATTACKS[name][0](folder)
    assert examined(folder)[0] == 1


def test_files_rolled_back_are_found(folder: Path) -> None:
    ledgers.roll_back(folder)
    assert run(folder)[0] == 0, "consistent in itself"
    status, said = examined(folder)
    assert (status, "rolled back" in said) == (1, True), said


def test_two_views_are_found_by_whoever_holds_a_checkpoint_of_the_other(folder: Path) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    go_on(folder, "answered")
    go_on(other, "no_record")
    assert run(folder)[0] == run(other)[0] == 0
    assert examined(folder)[0] == examined(other)[0] == 0, "both continue what came before"
    (folder.parent / "old").write_bytes(checkpoints.lines(folder)[-1])
    assert examined(folder)[0] == 0
    status, said = examined(other)
    assert (status, "rewritten" in said) == (1, True), said


@pytest.mark.parametrize("least", [1, 2, 3])
def test_a_tail_cut_above_the_last_checkpoint_is_found_by_any_receipt_of_it(folder: Path, least: int) -> None:
    segment = Segment(folder, ledgers.SIGNER)
    receipts = [ledgers.write(segment, range(number * 10, number * 10 + 2)) for number in range(3)]
    path = folder / "segments" / f"{segment.id}.seg"
    ends = [frame.end for frame in frames.read(path) if frame.kind == frames.RECEIPT]
    path.write_bytes(path.read_bytes()[: ends[least - 1] - 1])
    assert examined(folder)[0] == 0, "nobody outside knows of the tail but who has a receipt"
    for number, receipt in enumerate(receipts, 1):
        (folder.parent / "receipt").write_text(receipt.text())
        status, said = run(folder, "--receipt", str(folder.parent / "receipt"))
        assert status == (1 if number >= least else 0), said
        assert ("tail cut" in said) == (number >= least)


def test_a_checkpoint_or_receipt_that_the_ledgers_key_did_not_sign_accuses_nobody(folder: Path) -> None:
    """Somebody invents what the operator never signed: said as that, not as a ledger rolled back."""
    old = folder.parent / "old"
    old.write_bytes(old.read_bytes().replace(b'"size":28', b'"size":99'))
    status, said = examined(folder)
    assert status == 2
    assert "the checkpoint given bears no signature of a trusted key" in said
    assert "rolled back" not in said
