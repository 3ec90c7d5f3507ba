"""The platform's own check of a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from shudao.plane.ledger import checkpoints, erasing, frames, reader
from shudao.plane.ledger.verify import verify
from tests.plane import ledgers
from tests.plane.ledgers import SIGNER, VERIFIERS


def test_an_honest_ledger_has_no_problem(tmp_path: Path) -> None:
    receipt = ledgers.make(tmp_path)
    older = checkpoints.read(tmp_path)[1]
    report = verify(tmp_path, VERIFIERS, older, receipt)
    assert report.problems == []
    assert report.ok
    assert report.entries == 3 * 14 + 4
    assert report.root == checkpoints.read(tmp_path)[-1].root


@pytest.mark.parametrize("name", ledgers.ATTACKS)
def test_every_attack_is_found_and_named(tmp_path: Path, name: str) -> None:
    ledgers.make(tmp_path)
    attack, expected = ledgers.ATTACKS[name]
    attack(tmp_path)
    report = verify(tmp_path, VERIFIERS)
    assert not report.ok
    assert any(expected in problem for problem in report.problems), report.problems


def test_an_older_checkpoint_shows_a_roll_back(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    older = checkpoints.read(tmp_path)[-1]
    ledgers.roll_back(tmp_path)
    assert verify(tmp_path, VERIFIERS).ok
    assert any("rolled back" in problem for problem in verify(tmp_path, VERIFIERS, older).problems)


def test_an_older_checkpoint_shows_a_rewritten_history(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    ledgers.make(folder)
    older = checkpoints.read(folder)[0]
    ledgers.rehash_everything(folder)
    assert verify(folder, VERIFIERS).ok
    assert any("rewritten" in problem for problem in verify(folder, VERIFIERS, older).problems)


def test_a_receipt_shows_a_cut_tail(tmp_path: Path) -> None:
    receipt = ledgers.make(tmp_path)
    ledgers.cut_tail(tmp_path)
    assert verify(tmp_path, VERIFIERS).ok
    assert any("the tail was cut" in problem for problem in verify(tmp_path, VERIFIERS, None, receipt).problems)


def test_a_strangers_key_is_not_trusted(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    assert not verify(tmp_path, {}).ok


def test_a_torn_end_was_never_acknowledged_and_is_no_problem(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    path = ledgers.segment_files(tmp_path)[0]
    whole = path.read_bytes()
    last = list(frames.read(path))[-3]
    for end in (last.end, len(whole) - 1, last.end + 3):
        path.write_bytes(whole[:end])
        report = verify(tmp_path, VERIFIERS)
        assert report.problems == []
        assert report.entries == reader.count(tmp_path) == 42
        assert any(path.name in note and "never acknowledged" in note for note in report.notes)
    path.write_bytes(whole + bytes(100))
    assert verify(tmp_path, VERIFIERS).ok
    for place in range(last.end, len(whole), 7):  # zeros instead of what was not synced
        path.write_bytes(whole[:place].ljust(len(whole), b"\0"))
        assert verify(tmp_path, VERIFIERS).problems == []
        assert reader.count(tmp_path) == 42


def test_an_erased_entry_leaves_every_proof_valid(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    segment = ledgers.segment_files(tmp_path)[0].stem
    erasing.erase(tmp_path, segment, 4, reason="个人信息保护法第四十七条", signer=SIGNER)
    report = verify(tmp_path, VERIFIERS)
    assert report.ok
    assert any("entry 4 was erased on record" in note for note in report.notes)
    assert b"case-4" not in ledgers.segment_files(tmp_path)[0].read_bytes()
    assert [found.entry for found in reader.entries(tmp_path, segment=segment)][4] is None
