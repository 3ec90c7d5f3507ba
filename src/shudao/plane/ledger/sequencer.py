"""
The sequencer: puts the workers' durable entries into one tree and signs a checkpoint at most a minute later.

One runs at a time (a file lock). It can be killed at any point: it starts again from the last checkpoint.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from shudao.kernel import merkle
from shudao.kernel.signing import Signer
from shudao.kernel.time import now
from shudao.plane.ledger import checkpoints, entry, frames
from shudao.plane.ledger.segment import FOLDER, SUFFIX
from shudao.plane.ledger.tree import FileTree

TICK = 1.0  # seconds
LATEST = timedelta(seconds=30)  # from the first entry without a checkpoint to the checkpoint that covers it


class SequencerBusy(RuntimeError):
    """Another sequencer works on this ledger."""


class TreeLost(RuntimeError):
    """What the last checkpoint signed is there no more: nothing is signed on top of anything else."""


class Sequencer:
    """Use as a context manager; `tick` takes what is new, `checkpoint` signs."""

    def __init__(self, folder: Path, signer: Callable[[], Signer]) -> None:
        self._folder = Path(folder)
        self._signer = signer
        self._read: dict[str, tuple[int, int]] = {}  # segment → (entries in the tree, offset behind them)
        self._ranges: list[tuple[str, int, int]] = []
        self._since: datetime | None = None
        self.problems: dict[str, str] = {}  # segment → what could not be read

    def __enter__(self) -> Sequencer:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._folder / "sequencer.lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise SequencerBusy(str(self._folder)) from None
        self._files = FileTree(self._folder, writable=True)
        self._recover()
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()
        os.close(self._lock)

    @property
    def size(self) -> int:
        """How many entries the tree has, those without a checkpoint included."""
        return self._files.tree.size

    def tick(self) -> int:
        """Take the entries that became durable since the last tick into the tree; return how many."""
        taken = sum(self._take(path) for path in sorted((self._folder / FOLDER).glob(f"*{SUFFIX}")))
        if taken:
            self._files.flush()
            self._since = self._since or now()
        return taken

    def due(self) -> bool:
        """Return whether a checkpoint has to be signed now."""
        return self._since is not None and not timedelta(0) <= now() - self._since < LATEST

    def checkpoint(self) -> checkpoints.Checkpoint | None:
        """Sign what is in the tree; None where nothing came since the last checkpoint."""
        if not self._ranges:
            return None
        self._files.sync()
        signer = self._signer()
        last = checkpoints.lines(self._folder)
        made = checkpoints.Checkpoint(
            version=1,
            size=self._files.tree.size,
            root=self._files.tree.root().hex(),
            instant=now().isoformat(),
            key=signer.key_id,
            previous=checkpoints.line_hash(last[-1]) if last else "",
            ranges=self._ranges,
        )
        checkpoints.append(self._folder, checkpoints.line(made, signer))
        self._ranges, self._since = [], None
        return made

    def run(self, stop: Callable[[], bool]) -> None:
        """Tick every second until `stop` says so, then sign what is left."""
        while not stop():
            self.tick()
            if self.due():
                self.checkpoint()
            time.sleep(TICK)
        self.tick()
        self.checkpoint()

    def _recover(self) -> None:
        past = checkpoints.read(self._folder)
        size, root = (past[-1].size, bytes.fromhex(past[-1].root)) if past else (0, merkle.EMPTY_ROOT)
        counts: dict[str, int] = {}
        for segment, first, count in (each for checkpoint in past for each in checkpoint.ranges):
            counts[segment] = first + count
        if not self._files.cut(size, root):
            self._rebuild(past)
            if self._files.tree.root() != root:
                raise TreeLost(f"the segments in {self._folder} do not give the root of the last checkpoint")
        for segment, count in counts.items():
            self._read[segment] = (count, self._offset(segment, count))

    def _rebuild(self, past: list[checkpoints.Checkpoint]) -> None:
        segments = {segment for checkpoint in past for segment, _, _ in checkpoint.ranges}
        leaves = {segment: self._leaves(segment) for segment in segments}
        for segment, first, count in (each for checkpoint in past for each in checkpoint.ranges):
            for leaf in leaves[segment][first : first + count]:
                self._files.tree.append(leaf)
        self._files.flush()

    def _leaves(self, segment: str) -> list[bytes]:
        found = frames.read(self._path(segment))
        return [entry.leaf(frame.commitment) for frame in found if frame.kind in (frames.ENTRY, frames.ERASED)]

    def _offset(self, segment: str, count: int) -> int:
        # Ranges end where a receipt ends, so the search is for that receipt.
        try:
            for frame in frames.read(self._path(segment)):
                if frame.kind == frames.RECEIPT and frame.number >= count:
                    return frame.end
            self.problems[segment] = f"{segment}{SUFFIX}: entries that a checkpoint covers are gone"
        except (frames.SegmentDamaged, FileNotFoundError) as error:
            self.problems[segment] = str(error)
        return sys.maxsize  # nothing more is taken from it: the verifier names the place

    def _take(self, path: Path) -> int:
        segment = path.stem
        count, offset = self._read.get(segment, (0, 0))
        with contextlib.suppress(FileNotFoundError):  # a worker takes a file away again that it could not begin
            if path.stat().st_size > offset:
                return self._take_new(path, segment, count, offset)
        return 0

    def _take_new(self, path: Path, segment: str, count: int, offset: int) -> int:
        taken = 0
        batch: list[bytes] = []
        try:
            for frame in frames.read(path, offset=offset, number=count):
                if frame.kind == frames.RECEIPT:
                    for leaf in batch:
                        self._files.tree.append(leaf)
                    taken, offset, batch = taken + len(batch), frame.end, []
                elif frame.kind != frames.HEADER:
                    batch.append(entry.leaf(frame.commitment))
        except frames.SegmentDamaged as error:
            # The other segments go on; the verifier names the place.
            self.problems[segment] = str(error)
        self._read[segment] = (count + taken, offset)
        if taken:
            self._ranges.append((segment, count, taken))
        return taken

    def _path(self, segment: str) -> Path:
        return self._folder / FOLDER / f"{segment}{SUFFIX}"
