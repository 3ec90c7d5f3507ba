"""Check a whole ledger from its files. `verify/ledger.py` does the same without any of this code."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.x509 import Certificate

from shudao.kernel import merkle
from shudao.kernel.signing import Verifier
from shudao.plane.ledger import checkpoints, cosigning, erasing, receipts, roots, stamping
from shudao.plane.ledger.checkpoints import Checkpoint
from shudao.plane.ledger.hands import Hands
from shudao.plane.ledger.scanning import Scanned, Wanted, scan
from shudao.plane.ledger.segment import FOLDER, SUFFIX

_MOST = 50
_LEAF = merkle.HASH_SIZE
Progress = Callable[[int, int], None]


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
    *,
    witnesses: Mapping[str, Verifier] | None = None,
    stamp_roots: Sequence[Certificate] | None = None,
    processes: int = 1,
    progress: Progress = lambda done, total: None,
) -> Report:
    """
    Check every entry, receipt, erasure and checkpoint of the ledger in `folder`.

    Args:
        verifiers: Key id → verifier of the keys that are trusted to sign checkpoints, receipts and erasures.
        older_checkpoint: One that the caller kept from before: shows rolled back and rewritten ledgers.
        receipt: One that a party kept: shows a tail cut before the next checkpoint.
        witnesses: Key id → verifier of witnesses; where given, their cosignatures are checked: shows two views.
        stamp_roots: Certificates of time-stamp authorities that are trusted; where given, stamps are checked.
        processes: How many share the work; the verdicts are the same. Takes 32 bytes of memory for each entry.
        progress: Told bytes read and bytes in all.
    """
    # Before the checkpoints: a ledger in use may grow meanwhile.
    cosigned, stamps = cosigning.read(folder), stamping.read(folder)
    check = _Check(Path(folder), verifiers, older_checkpoint, receipt)
    with Hands(processes) as hands:
        check.run(hands, progress)
    if witnesses is not None:
        check.hear(cosigning.check(check.lines, cosigned, witnesses))
    if stamp_roots is not None:
        check.hear(stamping.check(check.lines, stamps, stamp_roots))
    problems = check.problems[:_MOST]
    return Report(not problems, check.entries, check.root.hex(), problems, check.notes)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A checkpoint, the tree's size before it, as far as the segments reach for it, and what is wrong in its ranges."""

    made: Checkpoint
    before: int
    reached: int
    wrong: list[str]


class _Check:
    def __init__(
        self,
        folder: Path,
        verifiers: Mapping[str, Verifier],
        older: Checkpoint | None,
        receipt: receipts.Receipt | None,
    ) -> None:
        self._folder, self._verifiers, self._older, self._receipt = folder, verifiers, older, receipt
        self._segments: dict[str, Scanned] = {}
        self.lines = checkpoints.lines(folder)  # before the segments: a ledger in use may grow meanwhile
        self._stored = _stored_leaves(folder)
        self._pieces: list[memoryview] = []
        self._size = 0
        self._needed: dict[str, int] = {}  # segment → entries that a checkpoint took
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.entries = 0
        self.root = merkle.EMPTY_ROOT

    def run(self, hands: Hands, progress: Progress) -> None:
        if self._receipt is not None:
            self._check_receipt_signature(self._receipt, "the receipt held by a party")
        self._scan(hands, progress)
        taken = [self._take(made) for made in self._checked_lines()]
        sizes = [each.reached for each in taken] + ([self._older.size] if self._older else [])
        self._check_roots(taken, roots.at_sizes(self._pieces, sizes, hands))
        if checkpoints.end_changed(self._folder):
            self.problems.append(f"{checkpoints.FILE}: the end of its last line was changed")
        for segment in self._segments.values():
            self._finish(segment)
        self._check_erasures()
        if self._receipt is not None:
            self._check_held(self._receipt)

    def hear(self, told: cosigning.Told) -> None:
        """Add what another party's word showed."""
        self.problems += told[0]
        self.notes += told[1]

    def _scan(self, hands: Hands, progress: Progress) -> None:
        held = self._receipt
        paths = sorted((self._folder / FOLDER).glob(f"*{SUFFIX}"))
        wanted = [Wanted(path, held.entries if held and held.segment == path.stem else 0) for path in paths]
        total, done = sum(path.stat().st_size for path in paths), 0
        progress(0, total)
        for found in hands.each(scan, wanted):
            self._segments[found.name] = found
            self.problems += found.problems
            done += found.size
            progress(done, max(total, done))

    def _checked_lines(self) -> Iterator[Checkpoint]:
        before, size = "", 0
        for number, text in enumerate(self.lines):
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
            yield made
            before, size = checkpoints.line_hash(text), made.size

    def _take(self, made: Checkpoint) -> _Taken:
        """Put the leaves of a checkpoint's ranges behind those before."""
        before, wrong = self._size, []
        for name, first, count in made.ranges:
            wrong += self._take_range(name, first, count)
        return _Taken(made, before, self._size, wrong)

    def _take_range(self, name: str, first: int, count: int) -> list[str]:
        segment = self._segments.get(name)
        if segment is None:
            return [f"{name}{SUFFIX} is missing with entries {first} to {first + count - 1}"]
        if first < 0 or count < 0:
            return [f"{name}{SUFFIX} entry {first}"]
        leaves = memoryview(segment.leaves)[first * _LEAF : (first + count) * _LEAF]
        wrong = [f"{name}{SUFFIX} entry {first + place}" for place in self._differing(leaves)]
        have = len(leaves) // _LEAF
        if have < count:
            wrong.append(f"{name}{SUFFIX} ends before entry {max(first, segment.entries)}")
        self._pieces.append(leaves)
        self._size += have
        self._needed[name] = max(self._needed.get(name, 0), first + have)
        return wrong

    def _differing(self, leaves: memoryview) -> list[int]:
        """Return the places that differ from the sequencer's own leaves, as far as those go."""
        stored = self._stored[self._size * _LEAF : self._size * _LEAF + len(leaves)]
        if stored == leaves[: len(stored)]:
            return []
        places = range(0, len(stored) - _LEAF + 1, _LEAF)
        return [at // _LEAF for at in places if stored[at : at + _LEAF] != leaves[at : at + _LEAF]]

    def _check_roots(self, taken: list[_Taken], found: Mapping[int, bytes]) -> None:
        diverged = False
        for number, each in enumerate(taken):
            self.root = found[each.reached]
            if self.root.hex() != each.made.root and not diverged:
                diverged = True
                wrong = each.wrong or [f"entries {each.before} to {each.made.size - 1} of the tree"]
                self.problems.append(
                    f"{checkpoints.FILE}: checkpoint {number}: the segments do not give its root; changed: "
                    + ", ".join(wrong[:5])
                )
            elif each.wrong:
                self.problems.append(f"checkpoint {number}: changed or missing: {', '.join(each.wrong[:5])}")
        if self._older is not None:
            self._check_older(self._older, found.get(self._older.size))

    def _check_older(self, older: Checkpoint, root: bytes | None) -> None:
        if root is None:
            self.problems.append(
                f"{checkpoints.FILE}: the ledger was rolled back: it has {self._size} entries under "
                f"checkpoints, an older checkpoint had {older.size}"
            )
        elif root.hex() != older.root:
            self.problems.append(
                f"{checkpoints.FILE}: the ledger was rewritten: its first {older.size} entries do not give the root of "
                "the older checkpoint"
            )

    def _check_held(self, held: receipts.Receipt) -> None:
        found = self._segments.get(held.segment)
        if found is None or found.covered < held.entries:  # without a receipt behind them they count as never given
            self.problems.append(
                f"{held.segment}{SUFFIX}: the tail was cut: a party holds a receipt for {held.entries} entries, "
                f"{found.covered if found else 0} are there"
            )
        elif held.head != found.held_head:
            self.problems.append(
                f"{held.segment}{SUFFIX}: the first {held.entries} entries are not those of the receipt held by a party"
            )

    def _finish(self, segment: Scanned) -> None:
        self.entries += segment.covered
        if segment.last is not None:
            self._check_receipt_signature(segment.last, f"{segment.name}{SUFFIX}: its last receipt")
        needed = self._needed.get(segment.name, 0)
        if needed > segment.covered:
            # A checkpoint takes entries only together with the receipt that follows them.
            self.problems.append(
                f"{segment.name}{SUFFIX}: the receipt that followed entry {needed - 1} is gone or was changed"
            )
        elif segment.entries > segment.covered:
            rest = segment.entries - segment.covered
            self.notes.append(f"{segment.name}{SUFFIX}: {rest} entries at its end were never acknowledged")

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


def _stored_leaves(folder: Path) -> memoryview:
    """Return the sequencer's own leaf hashes: not trusted, they only help to name the entry that changed."""
    path = folder / "tree" / "level-00"
    return memoryview(path.read_bytes() if path.exists() else b"")
