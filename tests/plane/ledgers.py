"""Small ledgers for tests, and what a thief with the disk, or even with the key, could do to them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shudao.kernel import signing
from shudao.kernel.time import fixed, using_clock
from shudao.plane.ledger import checkpoints, entry, frames, receipts
from shudao.plane.ledger.entry import Entry
from shudao.plane.ledger.segment import Segment
from shudao.plane.ledger.sequencer import Sequencer

START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SECRET = bytes(range(32))
SIGNER = signing.scheme().signer("ledger-1", SECRET)
PUBLIC = signing.scheme().public_of(SECRET)
VERIFIERS = {"ledger-1": signing.scheme().verifier("ledger-1", PUBLIC)}


def sample(number: int, outcome: str = "answered") -> Entry:
    return Entry(
        version=1,
        instant=1_790_000_000_000_000 + number,
        call=f"call-{number}",
        request=f"request-{number}",
        client="SHUDAO/GOV/1/one-window",
        user="CN/1",
        service="SHUDAO/GOV/2/pool/x",
        grant="grant-1",
        purpose="p",
        case=f"case-{number}",
        subject=f"{number:032x}",
        fields=("name", "sex"),
        outcome=outcome,
        snapshot=1,
        age=3,
        request_hash="",
        response_hash="",
        key="window-1",
        nonce=f"nonce-{number}",
        created=1_790_000_000,
    )


def write(segment: Segment, numbers: range, word: str = "answered") -> receipts.Receipt:
    return segment.write([entry.encode(sample(number, word)) for number in numbers]).receipt


def make(folder: Path, *, word: str = "answered", rounds: int = 3, tail: int = 4) -> receipts.Receipt:
    """Two workers, `rounds` checkpoints of 2 × 7 entries, then a tail without checkpoint; returns its receipt."""
    first, second = Segment(folder, SIGNER), Segment(folder, SIGNER)
    with using_clock(fixed(START)), Sequencer(folder, lambda: SIGNER) as sequencer:
        for number in range(rounds):
            for segment, base in ((first, 0), (second, 1000)):
                start = base + number * 7
                write(segment, range(start, start + 3), word)
                write(segment, range(start + 3, start + 7), word)
            with using_clock(fixed(START + timedelta(minutes=number))):
                assert sequencer.tick() == 14
                assert sequencer.checkpoint() is not None
    last = write(first, range(500, 500 + tail), word)
    first.close()
    second.close()
    return last


def segment_files(folder: Path) -> list[Path]:
    """The first worker's segment (`case-0` …) before the second's (`case-1000` …), whatever their ids."""
    return sorted((folder / "segments").glob("*.seg"), key=lambda path: (b"case-1000" in path.read_bytes(), path))


def _frames(path: Path) -> list[frames.Frame]:
    return list(frames.read(path))


def _rewrite(path: Path, parts: list[bytes]) -> None:
    path.write_bytes(b"".join(parts))


def _bytes(found: list[frames.Frame]) -> list[bytes]:
    return [frames.pack(frame.payload) for frame in found]


def change_one_byte(folder: Path) -> None:
    path = segment_files(folder)[0]
    content = bytearray(path.read_bytes())
    content[content.index(b"case-4")] ^= 1
    path.write_bytes(content)


def edit_with_checksum(folder: Path) -> None:
    path = segment_files(folder)[0]
    found = _frames(path)
    place = next(n for n, frame in enumerate(found) if b"case-4" in frame.payload)
    parts = _bytes(found)
    parts[place] = frames.pack(found[place].payload.replace(b"case-4", b"case-5"))
    _rewrite(path, parts)


def delete(folder: Path) -> None:
    path = segment_files(folder)[0]
    _rewrite(path, [part for part in _bytes(_frames(path)) if b"case-4" not in part])


def insert(folder: Path) -> None:
    path = segment_files(folder)[0]
    parts = _bytes(_frames(path))
    parts.insert(3, frames.pack(b"\x01" + bytes(16) + entry.encode(sample(77))))
    _rewrite(path, parts)


def swap(folder: Path) -> None:
    path = segment_files(folder)[0]
    parts = _bytes(_frames(path))
    parts[1], parts[2] = parts[2], parts[1]
    _rewrite(path, parts)


def cut_below_checkpoint(folder: Path) -> None:
    path = segment_files(folder)[0]
    found = _frames(path)
    ends = [frame.end for frame in found if frame.kind == frames.RECEIPT]
    path.write_bytes(path.read_bytes()[: ends[2]])


def remove_segment(folder: Path) -> None:
    segment_files(folder)[1].unlink()


def forge_tail(folder: Path) -> None:
    """Append an entry with a receipt of the forger's own key."""
    path = segment_files(folder)[1]
    head = entry.first_head(path.stem)
    count = 0
    for frame in _frames(path):
        if frame.kind == frames.ENTRY:
            head, count = entry.next_head(head, frame.commitment), count + 1
    body = entry.encode(sample(88))
    head = entry.next_head(head, entry.commitment(bytes(16), body))
    forged = receipts.give(path.stem, count + 1, head, 1, signing.scheme().signer("ledger-1", bytes(32)))
    with path.open("ab") as file:
        file.write(frames.pack(b"\x01" + bytes(16) + body) + frames.receipt(forged.text()))


def change_root(folder: Path) -> None:
    path = folder / checkpoints.FILE
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b'"root":"', b'"root":"0', 1)
    path.write_bytes(b"\n".join(lines))


def remove_checkpoint(folder: Path) -> None:
    path = folder / checkpoints.FILE
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], *lines[2:]]))


def erase_without_record(folder: Path) -> None:
    path = segment_files(folder)[0]
    found = _frames(path)
    parts = _bytes(found)
    parts[1] = frames.erased(found[1].commitment, len(found[1].payload))
    _rewrite(path, parts)


ATTACKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "one byte changed": (change_one_byte, "entry 4"),
    "entry edited, checksum mended": (edit_with_checksum, "entry 4"),
    "entry deleted": (delete, "entry 4"),
    "entry inserted": (insert, "entry 2"),
    "entries swapped": (swap, "entry 0"),
    "cut below the last checkpoint": (cut_below_checkpoint, "ends before entry 10"),
    "segment removed": (remove_segment, "missing"),
    "entry forged at the end": (forge_tail, "last receipt"),
    "root changed": (change_root, "checkpoint 1"),
    "checkpoint removed": (remove_checkpoint, "does not follow"),
    "entry erased in silence": (erase_without_record, "entry 0 was erased without"),
}


def roll_back(folder: Path) -> None:
    """Put the whole folder back to how it was two checkpoints ago (a consistent older state)."""
    keep = checkpoints.lines(folder)[:1]
    (folder / checkpoints.FILE).write_bytes(keep[0] + b"\n")
    for path in segment_files(folder):
        ends = [frame.end for frame in _frames(path) if frame.kind == frames.RECEIPT]
        path.write_bytes(path.read_bytes()[: ends[1]])
    shutil.rmtree(folder / "tree")


def rehash_everything(folder: Path) -> None:
    """Write another history with the true key: consistent in itself."""
    shutil.rmtree(folder)
    folder.mkdir()
    make(folder, word="no_record")


def cut_tail(folder: Path) -> None:
    """Cut off what no checkpoint covers yet."""
    path = segment_files(folder)[0]
    ends = [frame.end for frame in _frames(path) if frame.kind == frames.RECEIPT]
    path.write_bytes(path.read_bytes()[: ends[-2]])
