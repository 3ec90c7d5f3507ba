"""A batch is durable, or nobody is told of a success."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from shudao.plane.ledger import entry, reader, receipts
from shudao.plane.ledger.commit import GroupCommit, Place
from shudao.plane.ledger.segment import LedgerUnavailable, Segment
from shudao.plane.ledger.verify import verify
from tests.plane import ledgers
from tests.plane.ledgers import SIGNER, VERIFIERS
from tests.support import loops

BODY = entry.encode(ledgers.sample(1))


def test_entries_come_back_as_written(tmp_path: Path) -> None:
    segment = Segment(tmp_path, SIGNER)
    ledgers.write(segment, range(5))
    assert [found.entry for found in reader.entries(tmp_path)] == [ledgers.sample(number) for number in range(5)]
    assert [found.sequence for found in reader.entries(tmp_path)] == list(range(5))


def test_a_receipt_reads_back_and_is_signed(tmp_path: Path) -> None:
    given = ledgers.write(Segment(tmp_path, SIGNER), range(3))
    assert receipts.parse(given.text()) == given
    assert given.entries == 3
    assert verify(tmp_path, VERIFIERS, None, given).ok


def test_a_full_disk_refuses_at_once_and_work_resumes_when_space_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = Segment(tmp_path, SIGNER)
    ledgers.write(segment, range(2))
    real, written = os.write, []

    def half_then_full(descriptor: int, content: bytes) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(1)
        return real(descriptor, bytes(content)[:20])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half_then_full)
        with pytest.raises(LedgerUnavailable):
            ledgers.write(segment, range(2, 4))
        with pytest.raises(LedgerUnavailable):
            ledgers.write(segment, range(2, 4))
    ledgers.write(segment, range(4, 6))
    # Segments begun within one millisecond stand in any order.
    assert sorted(found.entry.call for found in reader.entries(tmp_path)) == ["call-0", "call-1", "call-4", "call-5"]
    assert verify(tmp_path, VERIFIERS).ok


def test_after_a_failed_fsync_the_file_is_never_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = Segment(tmp_path, SIGNER)
    ledgers.write(segment, range(2))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", lambda descriptor: (_ for _ in ()).throw(OSError(5, "I/O error")))
        with pytest.raises(LedgerUnavailable):
            ledgers.write(segment, range(2, 4))
    ledgers.write(segment, range(4, 5))
    assert len(ledgers.segment_files(tmp_path)) == 2
    assert reader.count(tmp_path) == 3


def test_calls_of_one_moment_share_one_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: (syncs.append(descriptor), real(descriptor))[1])

    async def many() -> list[Place]:
        commit = GroupCommit(Segment(tmp_path, SIGNER))
        places = await asyncio.gather(*(commit.append(BODY) for _ in range(100)))
        commit.close()
        return places

    places = loops.run(many())
    assert sorted(place.sequence for place in places) == list(range(100))
    assert len(syncs) <= 4
    assert reader.count(tmp_path) == 100


def test_when_a_batch_fails_all_of_it_is_refused_and_the_next_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> tuple[list[object], Place]:
        commit = GroupCommit(Segment(tmp_path, SIGNER))
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
            failed = await asyncio.gather(*(commit.append(BODY) for _ in range(5)), return_exceptions=True)
        placed = await commit.append(BODY)
        commit.close()
        return list(failed), placed

    failed, placed = loops.run(story())
    assert all(isinstance(each, LedgerUnavailable) for each in failed)
    assert placed[1] == 0
    assert reader.count(tmp_path) == 1
