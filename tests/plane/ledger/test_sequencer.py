"""One tree, signed within a minute, whatever is killed meanwhile."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from shudao.kernel import merkle
from shudao.kernel.time import fixed, using_clock
from shudao.plane.ledger import checkpoints, proofs, sources
from shudao.plane.ledger.segment import LedgerUnavailable, Segment
from shudao.plane.ledger.sequencer import Sequencer, SequencerBusy, TreeLost
from shudao.plane.ledger.verify import verify
from tests.plane import ledgers
from tests.plane.ledgers import SIGNER, START, VERIFIERS


def sequencer(folder: Path) -> Sequencer:
    return Sequencer(folder, lambda: SIGNER)


def test_a_checkpoint_is_due_within_a_minute_of_the_first_entry(tmp_path: Path) -> None:
    with sequencer(tmp_path) as at_work, using_clock(fixed(START)):
        assert not at_work.due()
        assert at_work.checkpoint() is None
        ledgers.write(Segment(tmp_path, SIGNER), range(3))
        at_work.tick()
        assert not at_work.due()
        with using_clock(fixed(START + timedelta(seconds=59))):
            assert at_work.due()
        with using_clock(fixed(START - timedelta(hours=1))):
            assert at_work.due()


def test_only_one_works_at_a_time(tmp_path: Path) -> None:
    with sequencer(tmp_path), pytest.raises(SequencerBusy), sequencer(tmp_path):
        pass


@pytest.mark.parametrize("lost", ["nothing", "tree", "torn checkpoint", "torn tree"])
def test_it_goes_on_after_being_killed_anywhere(tmp_path: Path, lost: str) -> None:
    ledgers.make(tmp_path)
    if lost == "tree":
        shutil.rmtree(tmp_path / "tree")
    if lost == "torn tree":
        for level in (tmp_path / "tree").iterdir():
            level.write_bytes(level.read_bytes() + b"rest")
    if lost == "torn checkpoint":
        with (tmp_path / checkpoints.FILE).open("ab") as file:
            file.write(b'{"checkpoint":{"size"')
    with sequencer(tmp_path) as at_work:
        assert at_work.size == 42
        assert at_work.tick() == 4
        at_work.checkpoint()
    with sequencer(tmp_path) as at_work:
        assert at_work.tick() == 0
    report = verify(tmp_path, VERIFIERS)
    assert report.problems == []
    assert checkpoints.read(tmp_path)[-1].size == report.entries == 46


def test_proofs_hold_against_the_signed_roots(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    past = checkpoints.read(tmp_path)
    segment = ledgers.segment_files(tmp_path)[1].stem
    for sequence in range(21):
        proof = proofs.inclusion(tmp_path, segment, sequence)
        path = [bytes.fromhex(value) for value in proof.path]
        root = bytes.fromhex(proof.checkpoint.root)
        assert merkle.verify_inclusion(bytes.fromhex(proof.leaf), proof.index, proof.checkpoint.size, path, root)
    path = [bytes.fromhex(value) for value in proofs.consistency(tmp_path, past[0].size, past[-1].size)]
    roots = [bytes.fromhex(each.root) for each in (past[0], past[-1])]
    assert merkle.verify_consistency(past[0].size, roots[0], past[-1].size, roots[1], path)
    with pytest.raises(proofs.EntryNotSequenced):
        proofs.inclusion(tmp_path, segment, 21)


def test_a_damaged_segment_does_not_stop_the_others(tmp_path: Path) -> None:
    segments = [Segment(tmp_path, SIGNER) for _ in range(2)]
    for segment in segments:
        ledgers.write(segment, range(3))
    path = ledgers.segment_files(tmp_path)[0]
    content = bytearray(path.read_bytes())
    content[content.index(b"case-1")] ^= 1
    path.write_bytes(content)
    with sequencer(tmp_path) as at_work:
        assert at_work.tick() == 3
        assert path.name in at_work.problems[path.stem]


def test_nothing_is_signed_on_top_of_a_tree_that_is_gone(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    shutil.rmtree(tmp_path / "tree")
    ledgers.edit_with_checksum(tmp_path)
    before = checkpoints.lines(tmp_path)
    with pytest.raises(TreeLost), sequencer(tmp_path):
        pass
    assert checkpoints.lines(tmp_path) == before


def test_a_tree_of_zeros_is_made_again(tmp_path: Path) -> None:
    ledgers.make(tmp_path)
    for level in (tmp_path / "tree").iterdir():
        level.write_bytes(bytes(level.stat().st_size))
    with sequencer(tmp_path) as at_work:
        at_work.tick()
        at_work.checkpoint()
    assert verify(tmp_path, VERIFIERS).ok


def test_it_holds_no_more_files_open_however_much_the_ledger_grows(tmp_path: Path) -> None:
    segment, opened = Segment(tmp_path, SIGNER), []
    with sequencer(tmp_path) as at_work:
        for numbers in (range(3), range(3, 200)):
            ledgers.write(segment, numbers)
            at_work.tick()
            at_work.checkpoint()
            opened.append(len(os.listdir("/proc/self/fd")))
    assert opened[0] == opened[1]


def test_a_batch_that_a_worker_cuts_off_again_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was written whole and its sync fails: who asked is refused, so it may not be under a signature."""
    segment = Segment(tmp_path, SIGNER)
    ledgers.write(segment, range(3))
    real, looking = os.fdatasync, ThreadPoolExecutor(1)
    with sequencer(tmp_path) as at_work:

        def failing(descriptor: int) -> None:
            monkeypatch.setattr(os, "fdatasync", real)
            taken.append(looking.submit(at_work.tick))
            with pytest.raises(TimeoutError):
                taken[0].result(0.2)
            raise OSError(5, "Input/output error")

        taken: list[Future[int]] = []
        monkeypatch.setattr(os, "fdatasync", failing)
        with pytest.raises(LedgerUnavailable):
            ledgers.write(segment, range(3, 5))
        assert taken[0].result(5) == 3
        made = at_work.checkpoint()
    assert made is not None
    assert made.size == 3
    assert verify(tmp_path, VERIFIERS).ok


def test_a_checkpoint_that_is_taken_back_is_shown_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sync fails: a witness that had cosigned it would cry out for a roll-back."""
    ledgers.make(tmp_path)
    before, real, looking = checkpoints.lines(tmp_path), os.fsync, ThreadPoolExecutor(1)
    seen: list[Future[list[bytes]]] = []

    def failing(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", real)
        seen.append(looking.submit(sources.read_lines, tmp_path, 0))
        with pytest.raises(TimeoutError):
            seen[0].result(0.2)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="Input/output"):
        checkpoints.append(tmp_path, before[-1])
    assert seen[0].result(5) == before


def test_a_checkpoint_that_a_full_disk_took_half_of_leaves_those_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers.make(tmp_path)
    before, real = checkpoints.lines(tmp_path), os.pwrite

    def half(descriptor: int, content: memoryview, offset: int) -> int:
        if len(content) < 40:
            raise OSError(28, "No space left on device")
        return real(descriptor, content[: len(content) // 2], offset)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", half)
        with pytest.raises(OSError, match="space"):
            checkpoints.append(tmp_path, before[-1])
    assert checkpoints.lines(tmp_path) == before
    assert not checkpoints.end_changed(tmp_path)
