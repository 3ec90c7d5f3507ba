"""
Lets two workers, a sequencer and a witness work on one ledger, kills them again and again, and looks after it.

Run as a module by test_ledger_kill.py: folder, seed, number of kills. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from shudao.plane.ledger import checkpoints, cosigning, frames, reader, receipts
from shudao.plane.ledger.verify import verify
from shudao.plane.ledger.witness import SEEN
from tests.faults.ledger.parts import PARTS, STOPPED, WITNESSES, Part, saying, stopped_by_its_disk
from tests.faults.pool import processes
from tests.plane.ledgers import VERIFIERS

LONG = 120.0  # seconds: longer than any test leaves a part alone
# What each part does to the disk; a worker also tells by `write`, so it is killed before and after it told.
CALLS = {
    "worker": ("write", "fdatasync", "ftruncate", "openat"),
    "sequencer": ("pwrite64", "fdatasync", "fsync", "ftruncate"),
    "witness": ("pwrite64", "fsync", "ftruncate"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An acknowledged entry."""

    segment: str
    sequence: int
    call: str
    receipt: receipts.Receipt


class Player:
    """What was told, by whom; and the parts that run."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder / "ledger", Random(seed)
        self.folder.mkdir(exist_ok=True)
        said = folder / "said"  # a file, because a pipe that nobody reads for a while would stop them all
        self.say, self._hears, self._rest = saying(said), said.open("rb", buffering=0), b""
        self.running: dict[str, int] = {}
        self.told: list[Told] = []
        self.signed = 0  # checkpoints that the sequencer told of
        self.kept: list[bytes] = []  # their lines
        self.heard: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()

    def act(self, name: str, seconds: float = LONG) -> processes.Act:
        """Return what runs a part."""
        part: Part = stopped_by_its_disk(PARTS[name])
        return partial(part, self.folder, self.say, self.chance.randrange(10**6), seconds)

    def start(self, *but: str) -> None:
        """Start every part that does not run."""
        for name in PARTS:
            if name not in self.running and name not in but:
                self.running[name] = processes.begun(self.act(name))

    def kill(self, name: str) -> None:
        """kill -9; whatever it told before counts."""
        child = self.running.pop(name)
        os.kill(child, signal.SIGKILL)
        status = processes.ended(child)
        assert status == -signal.SIGKILL, f"{name} ended by itself: {status}"
        self.killed[f"{name} at any moment"] += 1
        self.hear()

    def kill_all(self) -> None:
        """kill -9 of whatever runs."""
        for name in list(self.running):
            self.kill(name)

    def reap(self) -> list[str]:
        """Return the parts that their disk stopped meanwhile."""
        stopped = []
        for name, child in list(self.running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert os.waitstatus_to_exitcode(status) == STOPPED, (name, status)
                stopped.append(name)
                del self.running[name]
        return stopped

    def hear(self) -> None:
        """Take in what the parts told."""
        while True:
            content = self._hears.read(1 << 20)
            if not content:
                break
            *lines, self._rest = (self._rest + content).split(b"\n")
            for line in lines:
                self._hear(line.decode().split(" "))
        if self.signed > len(self.kept):
            self.kept = checkpoints.lines(self.folder)[: self.signed]

    def _hear(self, words: list[str]) -> None:
        self.heard[words[0]] += 1
        if words[0] == "entry":
            self.told.append(Told(words[1], int(words[2]), words[3], receipts.parse(words[4])))
        elif words[0] == "checkpoint":
            self.signed = max(self.signed, int(words[1]))

    def wait_for(self, word: str) -> None:
        """Wait until one more of something is told: after a kill everything goes on."""
        before, end = self.heard[word], time.monotonic() + 20
        while self.heard[word] == before:
            assert time.monotonic() < end, f"nobody told of another {word}"
            time.sleep(0.005)
            self.hear()

    def play(self) -> None:
        """Let all work, then kill one, or one at a call of the kernel, or all at once as a power cut does."""
        self.start()
        self.wait_for("entry")
        time.sleep(self.chance.random() / 8)
        how = self.chance.random()
        if how < 0.25:
            self.kill_all()
            self.cut_power()
            self.look()
        elif how < 0.55 and processes.has_strace():
            self._kill_at_a_call(self.chance.choice(list(CALLS)))
        else:
            self.kill(self.chance.choice(list(PARTS)))

    def _kill_at_a_call(self, name: str) -> None:
        self.kill(name)
        call = self.chance.choice(CALLS[name])
        status = processes.killed_at(self.act(name, 0.4), call, self.chance.randint(1, 8))
        assert status in (0, -signal.SIGKILL), (name, call, status)
        self.killed[f"{name} at {call}"] += status != 0
        self.hear()

    def cut_power(self) -> None:
        """Take away, or make zeros of, some of what nobody was told of: it was written, never synced."""
        signed = max(self.signed, len(cosigning.whole_lines(self.folder.with_name("witness") / SEEN)))
        lines = checkpoints.lines(self.folder)[:signed]
        past = [checkpoints.parse(line)[0] for line in lines]
        self._lose(self.folder / checkpoints.FILE, sum(len(line) + 1 for line in lines), zeros=False)
        for height, level in enumerate(sorted((self.folder / "tree").glob("level-*"))):
            self._lose(level, ((past[-1].size if past else 0) >> height) * 32)
        needed: Counter[str] = Counter()
        for told in self.told:
            needed[told.segment] = max(needed[told.segment], told.receipt.entries)
        for name, first, count in (each for made in past for each in made.ranges):
            needed[name] = max(needed[name], first + count)
        for path in (self.folder / "segments").glob("*.seg"):
            self._lose(path, _end_of(path, needed[path.stem]))

    def _lose(self, path: Path, least: int, *, zeros: bool = True) -> None:
        size = path.stat().st_size if path.exists() else 0
        if size <= least:
            return
        os.truncate(path, self.chance.randint(least, size))
        if zeros and self.chance.random() < 0.3:
            os.truncate(path, size)

    def look(self) -> None:
        """Whatever was told is there, in one tree that continues every checkpoint told before."""
        self.hear()
        held = {(found.segment, found.sequence): found.entry for found in reader.entries(self.folder)}
        lost = [one for one in self.told if getattr(held.get((one.segment, one.sequence)), "call", "") != one.call]
        assert lost == [], f"{len(lost)} acknowledged entries are not there: {lost[:3]}"
        assert checkpoints.lines(self.folder)[: len(self.kept)] == self.kept
        older = checkpoints.parse(self.chance.choice(self.kept))[0] if self.kept else None
        held_by_party = self.chance.choice(self.told).receipt if self.told else None
        report = verify(self.folder, VERIFIERS, older, held_by_party, witnesses=WITNESSES)
        assert report.problems == [], report.problems

    def end(self) -> dict[str, int]:
        """One more start: all go on, stop by themselves, and the tree has every entry."""
        self.start()
        for word in ("entry", "checkpoint", "cosigned"):
            self.wait_for(word)
        self.kill_all()
        for name in ("sequencer", "witness"):
            assert processes.apart(self.act(name, 1.0)) == 0, name
        self.look()
        newest = checkpoints.read(self.folder)[-1]
        assert newest.size == reader.count(self.folder)
        assert cosigning.read(self.folder)[-1].size == newest.size
        return dict(sorted(self.heard.items()))


def _end_of(path: Path, entries: int) -> int:
    """Return where the receipt ends that covers so many entries of a segment."""
    for frame in frames.read(path):
        if frame.kind == frames.RECEIPT and frame.number >= entries > 0:
            return frame.end
    return 0


def main(folder: Path, seed: int, kills: int) -> dict[str, object]:
    """Play until so many processes were killed."""
    player = Player(folder, seed)
    while sum(player.killed.values()) < kills:
        player.play()
    told = player.end()
    return {"told": told, "killed": dict(sorted(player.killed.items())), "segments": len(list(folder.rglob("*.seg")))}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
    sys.stdout.flush()
    os._exit(0)
