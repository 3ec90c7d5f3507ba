"""
Plays a series of deliveries against one dataset, killed again and again, and looks after each kill.

Run as a module by test_pool_kill.py with a home of its own: folder, seed, number of kills. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from shudao.contexts.pool import api as pool  # noqa: E402
from shudao.contexts.pool.adapters import formats, sources, staging  # noqa: E402
from shudao.contexts.pool.contracts.deliveries import Mode  # noqa: E402
from shudao.foundation.audit.contracts import SYSTEM  # noqa: E402
from shudao.foundation.identity import api as identity  # noqa: E402
from shudao.kernel.time import now  # noqa: E402
from tests.faults.pool import processes, register, witness  # noqa: E402

SIZE, PEOPLE = 800, 350
STEPS = ("full", "append", "append", "upsert", "upsert", "delete", "rebuild", "compact", "erase")


def prepare() -> None:
    """Let a few rows be many: they come in portions, wait on the disk and are written part by part."""
    identity.responsible = lambda kind, division: type("Body", (), {"code": "115199000000000000"})()  # type: ignore
    formats._MANY = sources._PORTION = 500
    staging.Staging.__init__.__defaults__ = (250, 40)  # type: ignore[misc]
    staging._FEWEST = 150


class Player:
    """The series: what was delivered, what must be there."""

    def __init__(self, folder: Path, seed: int, *, size: int = SIZE, people: int = PEOPLE) -> None:
        self.folder, self.chance = folder, Random(seed)
        self.register = register.Register(register.numbers(people), Random(seed + 1), folder, size)
        self.number = 0
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, dict[str, int]] = {}
        self.delivery: register.Delivery | None = None
        self.leaver = ""
        self.merged = False  # whether a compaction would find nothing to do
        self.killed: Counter[str] = Counter()

    def begin(self) -> None:
        """Make the database and the dataset; measure every step."""
        assert processes.apart(begin) == 0
        for step in dict.fromkeys(STEPS):
            self.draw(step)
            started = time.monotonic()
            assert processes.apart(self.act(step)) == 0, step
            self.seconds[step] = time.monotonic() - started
            self.come(step)
            if processes.has_strace():
                self.draw("upsert" if step == "compact" else step)  # so that there is something to merge
                if step == "compact":
                    assert processes.apart(self.act("upsert")) == 0
                    self.come("upsert")
                    self.draw(step)
                self.calls[step] = processes.calls_of(self.act(step), self.folder / "calls")
                self.come(step)
        self.delivery = None
        self._look_whole("begin")

    def play(self) -> None:
        """One step, killed until it ends by itself; then it is taken up again."""
        step = self.chance.choice(STEPS) if self.chance.random() < 0.5 else self._spared()
        self.draw(step)
        while self._kill(step) and self.chance.random() < 0.7:
            self.look(step)
        self.settle(step)

    def _spared(self) -> str:
        """The step that was killed least so far."""
        killed = Counter(name.partition(" at ")[0] for name in self.killed.elements())
        return min(STEPS, key=lambda step: killed[step])

    def _kill(self, step: str) -> bool:
        before = self.register.state, self.number
        if self.calls and self.chance.random() < 0.6:
            place, count = self.chance.choice(sorted(self.calls[step].items()))
            status = processes.killed_at(self.act(step), place, self.chance.randint(1, count))
        else:
            wait = self.chance.uniform(0, self.seconds[step])
            place, status = "any moment", processes.killed_after(self.act(step), wait)
        assert status in (0, -9), (step, place, status)
        assert before == (self.register.state, self.number)
        self.killed.update([f"{step} at {place}"] if status else [])
        return status == -9

    def draw(self, step: str) -> register.Delivery | None:
        """Draw what the step is about."""
        self.delivery = None
        if step == "erase":
            self.leaver = self.chance.choice(sorted({person for person, _ in self.register.state}))
        if step in register.MODES:
            delivery, rows = self.register.draw(step)
            assert processes.apart(lambda: register.write(delivery, rows)) == 0
            self.delivery = delivery
        return self.delivery

    def act(self, step: str) -> Callable[[], object]:
        """Return what does the step, as often as it is called."""
        delivery, leaver, key = self.delivery, self.leaver, f"erase-{self.number}-{self.leaver}"
        if step == "erase":
            return lambda: pool.erase(leaver, reason="本人申请", acting=SYSTEM, now=now(), key=key)
        return ACTS[step] if delivery is None else lambda: ingest(delivery)

    def look(self, step: str) -> None:
        """After a kill: old or new, whole."""
        states = {self.number: self.register.state}
        if self.delivery is not None:
            states[self.number + 1] = self.delivery.after
        if step == "compact" and not self.merged:
            states[self.number + 1] = self.register.state
        if step == "erase":  # the index forgets first, then the files
            people = [one for one in self.register.people if one != self.leaver]
            tell(step, lambda: witness.answers(states, people))
        else:
            tell(step, lambda: witness.one_of(states, self.register.people))

    def settle(self, step: str) -> None:
        """Look; a new process takes the same key up again; then all is as the dictionary says."""
        self.look(step)
        self.again(step)

    def again(self, step: str) -> None:
        """A new process takes the same key up; then all is as the dictionary says."""
        assert processes.apart(self.act(step)) == 0, step
        self.come(step)
        self._look_whole(step)

    def come(self, step: str) -> None:
        """The step is done."""
        if self.delivery is not None:
            self.register.state, self.number = self.delivery.after, self.number + 1
            self.delivery.path.unlink()
        if step == "erase":
            kept = {place: row for place, row in self.register.state.items() if place[0] != self.leaver}
            self.register.state = kept
        if step == "compact" and not self.merged:
            self.number += 1
        self.merged = step == "compact" or (self.merged and self.delivery is None)

    def _look_whole(self, step: str) -> None:
        delivery = self.delivery

        def look() -> list[str]:
            found = witness.exactly(self.number, self.register.state, self.register.people)
            return found if delivery is None else found + witness.batch_of(delivery)

        tell(step, look)

    def end(self) -> None:
        """What killed processes left is gone after one more batch."""
        self.draw("upsert")
        assert processes.apart(self.act("upsert")) == 0
        self.come("upsert")
        tell("end", witness.left_over)


def tell(step: str, look: Callable[[], list[str]]) -> None:
    """Look in a process of its own; what it finds ends the series."""

    def act() -> None:
        found = look()
        assert not found, (step, found)

    assert processes.apart(act) == 0, step


def begin() -> None:
    """Make the database and the dataset."""
    call_command("migrate", verbosity=0, skip_checks=True)
    pool.create(contract=register.contract(), acting=SYSTEM, now=now(), key="create")


def ingest(delivery: register.Delivery) -> None:
    """Take a delivery in."""
    mode = Mode(delivery.mode)
    pool.ingest(dataset="paid", source=delivery.path, acting=SYSTEM, now=now(), key=delivery.key, mode=mode)


ACTS: dict[str, Callable[[], object]] = {
    "rebuild": lambda: pool.rebuild_index("paid", acting=SYSTEM, now=now()),
    "compact": lambda: pool.compact("paid", acting=SYSTEM, now=now()),
}


def main(folder: Path, seed: int, kills: int) -> dict[str, Any]:
    """Play until so many processes were killed, and every step was."""
    prepare()
    player = Player(folder, seed)
    player.begin()
    wanted = set(STEPS)
    while sum(player.killed.values()) < kills or {name.partition(" at ")[0] for name in player.killed} != wanted:
        player.play()
        if player.register.drawn % 4 == 0:
            player.end()
    player.end()
    return {"killed": dict(sorted(player.killed.items())), "calls": player.calls, "seconds": player.seconds}


if __name__ == "__main__":
    told = main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)
