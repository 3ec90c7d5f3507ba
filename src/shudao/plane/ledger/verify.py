"""Check a whole ledger from its files. `verify/ledger.py` does the same without any of this code."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from shudao.kernel import merkle
from shudao.kernel.signing import Verifier
from shudao.plane.ledger import checkpoints, entry, erasing, frames, receipts
from shudao.plane.ledger.checkpoints import Checkpoint
from shudao.plane.ledger.segment import FOLDER, SUFFIX

_MOST = 50


@dataclass(frozen=True, slots=True)
class Report:
    """
    What was found.

    Attributes:
        ok: No problem at all.
        entries: Entries that a signed receipt covers.
        root: Root (hex) of the newest checkpoint as recomputed from the segments.
        problems: Plain sentences naming file and entry number, at most 50.
        notes: What is worth knowing and no problem, such as an unacknowledged end.
    """

    ok: bool
    entries: int
    root: str
    problems: list[str]
    notes: list[str]


def verify(
    folder: Path,
    verifiers: Mapping[str, Verifier],
    older_checkpoint: Checkpoint | None = None,
    receipt: receipts.Receipt | None = None,
) -> Report:
    """
    Check every entry, receipt, erasure and checkpoint of the ledger in `folder`.

    Args:
        verifiers: Key id → verifier of the keys that are trusted to sign checkpoints, receipts and erasures.
        older_checkpoint: One that the caller kept from before: shows rolled back and rewritten ledgers.
        receipt: One that a party kept: shows a tail cut before the next checkpoint.
    """
    check = _Check(Path(folder), verifiers, older_checkpoint, receipt)
    check.run()
    problems = check.problems[:_MOST]
    return Report(not problems, check.entries, check.root.hex(), problems, check.notes)


class Frontier:
    """The peaks of a growing tree: root without the leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        size = self.size
        while size & 1:
            leaf = merkle.node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return merkle.EMPTY_ROOT
        value = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            value = merkle.node_hash(peak, value)
        return value


@dataclass(slots=True)
class _Segment:
    """A segment while it is read."""

    name: str
    source: Iterator[tuple[int, bytes]]
    read: int = 0
    head: bytes = b""
    covered: int = 0
    replayed: int = 0
    last: receipts.Receipt | None = None
    erased: set[int] = field(default_factory=set)


class _Check:
    def __init__(
        self,
        folder: Path,
        verifiers: Mapping[str, Verifier],
        older: Checkpoint | None,
        receipt: receipts.Receipt | None,
    ) -> None:
        self._folder, self._verifiers, self._older, self._receipt = folder, verifiers, older, receipt
        self._segments: dict[str, _Segment] = {}
        self._frontier = Frontier()
        self._lines = checkpoints.lines(folder)  # before the segments: a ledger in use may grow meanwhile
        self._stored = _stored_leaves(folder)
        self._diverged = False
        self._older_seen = older is None
        self._receipt_seen = receipt is None
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.entries = 0
        self.root = merkle.EMPTY_ROOT

    def run(self) -> None:
        for path in sorted((self._folder / FOLDER).glob(f"*{SUFFIX}")):
            self._segments[path.stem] = self._opened(path)
        if self._receipt is not None:
            self._check_receipt_signature(self._receipt, "the receipt held by a party")
        self._check_older(0)
        for number, (made, previous) in enumerate(self._checked_lines()):
            self._replay(number, made, previous)
        if not self._older_seen and self._older is not None:
            self.problems.append(
                f"{checkpoints.FILE}: the ledger was rolled back: it has {self._frontier.size} entries under "
                f"checkpoints, an older checkpoint had {self._older.size}"
            )
        if checkpoints.end_changed(self._folder):
            self.problems.append(f"{checkpoints.FILE}: the end of its last line was changed")
        for segment in self._segments.values():
            self._finish(segment)
        self._check_erasures()
        if not self._receipt_seen and self._receipt is not None:
            self._missing_receipt(self._receipt)

    def _opened(self, path: Path) -> _Segment:
        segment = _Segment(path.stem, iter(()), head=entry.first_head(path.stem))
        segment.source = self._entries_of(path, segment)
        return segment

    def _entries_of(self, path: Path, segment: _Segment) -> Iterator[tuple[int, bytes]]:
        """Yield (number, commitment), checking the running hash at every receipt on the way."""
        try:
            for frame in frames.read(path, damage=lambda error: self.problems.append(_english(error))):
                if frame.kind == frames.RECEIPT:
                    self._passing_receipt(frame, segment)
                elif frame.kind != frames.HEADER:
                    committed = frame.commitment
                    segment.head = entry.next_head(segment.head, committed)
                    segment.read = frame.number + 1
                    if frame.kind == frames.ERASED:
                        segment.erased.add(frame.number)
                    self._check_held_receipt(segment)
                    yield frame.number, committed
        except frames.SegmentDamaged as error:
            self.problems.append(_english(error))

    def _passing_receipt(self, frame: frames.Frame, segment: _Segment) -> None:
        try:
            found = receipts.parse(frame.payload[1:].decode())
        except ValueError:
            self.problems.append(f"{segment.name}{SUFFIX}: the receipt after entry {frame.number - 1} is unreadable")
            return
        place = (found.segment, found.entries, found.head)
        if place != (segment.name, segment.read, segment.head.hex()):
            after = segment.covered
            self.problems.append(
                f"{segment.name}{SUFFIX}: entries {after} to {segment.read - 1} are not those that their receipt covers"
                ": one of them, or one before, was edited, inserted, deleted or swapped"
            )
            segment.head = _head_of(found) or segment.head
        segment.covered, segment.last = segment.read, found

    def _check_held_receipt(self, segment: _Segment) -> None:
        held = self._receipt
        if held is None or held.segment != segment.name or held.entries != segment.read:
            return
        self._receipt_seen = True
        if held.head != segment.head.hex():
            self.problems.append(
                f"{segment.name}{SUFFIX}: the first {held.entries} entries are not those of the receipt held by a party"
            )

    def _missing_receipt(self, held: receipts.Receipt) -> None:
        found = self._segments.get(held.segment)
        self.problems.append(
            f"{held.segment}{SUFFIX}: the tail was cut: a party holds a receipt for {held.entries} entries, "
            f"{found.read if found else 0} are there"
        )

    def _checked_lines(self) -> Iterator[tuple[Checkpoint, int]]:
        before, size = "", 0
        for number, text in enumerate(self._lines):
            where = f"{checkpoints.FILE}: checkpoint {number}"
            try:
                made, signed, signature = checkpoints.parse(text)
            except (msgspec.MsgspecError, ValueError):
                self.problems.append(f"{where} is unreadable")
                return
            verifier = self._verifiers.get(made.key)
            if verifier is None or not verifier.verify(signed, signature):
                self.problems.append(f"{where} bears no valid signature of a trusted key ({made.key})")
            if made.previous != before:
                self.problems.append(f"{where} does not follow the checkpoint before it: one was removed or changed")
            if made.size != size + sum(count for _, _, count in made.ranges):
                self.problems.append(f"{where} says {made.size} entries, its ranges give another number")
            yield made, size
            before, size = checkpoints.line_hash(text), made.size

    def _replay(self, number: int, made: Checkpoint, previous: int) -> None:
        wrong: list[str] = []
        for name, first, count in made.ranges:
            wrong += self._replay_range(name, first, count)
        self.root = self._frontier.root()
        if self.root.hex() != made.root and not self._diverged:
            self._diverged = True
            wrong = wrong or [f"entries {previous} to {made.size - 1} of the tree"]
            self.problems.append(
                f"{checkpoints.FILE}: checkpoint {number}: the segments do not give its root; changed: "
                + ", ".join(wrong[:5])
            )
        elif wrong:
            self.problems.append(f"checkpoint {number}: changed or missing: {', '.join(wrong[:5])}")

    def _replay_range(self, name: str, first: int, count: int) -> list[str]:
        segment, wrong = self._segments.get(name), []
        if segment is None:
            return [f"{name}{SUFFIX} is missing with entries {first} to {first + count - 1}"]
        for sequence in range(first, first + count):
            found = next(segment.source, None)
            if found is None:
                wrong.append(f"{name}{SUFFIX} ends before entry {sequence}")
                break
            leaf = entry.leaf(found[1])
            stored = self._stored[self._frontier.size * 32 : self._frontier.size * 32 + 32]
            if found[0] != sequence or (len(stored) == 32 and stored != leaf):
                wrong.append(f"{name}{SUFFIX} entry {sequence}")
            self._frontier.append(leaf)
            segment.replayed = sequence + 1
            self._check_older(self._frontier.size)
        return wrong

    def _check_older(self, size: int) -> None:
        if self._older is not None and not self._older_seen and self._older.size == size:
            self._older_seen = True
            if self._frontier.root().hex() != self._older.root:
                self.problems.append(
                    f"{checkpoints.FILE}: the ledger was rewritten: its first {size} entries do not give the root of "
                    "the older checkpoint"
                )

    def _finish(self, segment: _Segment) -> None:
        for _ in segment.source:
            pass
        self.entries += segment.covered
        if segment.last is not None:
            self._check_receipt_signature(segment.last, f"{segment.name}{SUFFIX}: its last receipt")
        if segment.replayed > segment.covered:
            # A checkpoint takes entries only together with the receipt that follows them.
            self.problems.append(
                f"{segment.name}{SUFFIX}: the receipt that followed entry {segment.replayed - 1} is gone or was changed"
            )
        elif segment.read > segment.covered:
            self.notes.append(
                f"{segment.name}{SUFFIX}: {segment.read - segment.covered} entries at its end were never acknowledged"
            )

    def _check_receipt_signature(self, found: receipts.Receipt, what: str) -> None:
        verifier = self._verifiers.get(found.key)
        try:
            signature = base64.b64decode(found.signature, validate=True)
        except ValueError:
            signature = b""
        if verifier is None or not verifier.verify(found.signed(), signature):
            self.problems.append(f"{what} bears no valid signature of a trusted key ({found.key})")

    def _check_erasures(self) -> None:
        signed = set()
        for erasure in erasing.read(self._folder):
            verifier = self._verifiers.get(erasure.key)
            if verifier and verifier.verify(erasure.signed(), base64.b64decode(erasure.signature)):
                signed.add((erasure.segment, erasure.sequence))
        for segment in self._segments.values():
            for number in sorted(segment.erased):
                if (segment.name, number) in signed:
                    self.notes.append(f"{segment.name}{SUFFIX}: entry {number} was erased on record")
                else:
                    self.problems.append(f"{segment.name}{SUFFIX}: entry {number} was erased without a signed record")


def _head_of(found: receipts.Receipt) -> bytes:
    """Return the running hash that a receipt names; empty where what it names is none."""
    try:
        head = bytes.fromhex(found.head)
    except ValueError:
        return b""
    return head if len(head) == 32 else b""


def _stored_leaves(folder: Path) -> memoryview:
    """Return the sequencer's own leaf hashes: not trusted, they only help to name the entry that changed."""
    path = folder / "tree" / "level-00"
    return memoryview(path.read_bytes() if path.exists() else b"")


def _english(error: frames.SegmentDamaged) -> str:
    where = error.details
    return f"{where['file']}: entry {where['number']} (byte {where['offset']}) was changed: its checksum is wrong"
