"""
Lets all that work on a ledger meet a disk that is full, or one that does not sync.

Run as a module by test_ledger_disk.py: folder, seed, "full" or "sync". Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from tests.faults.ledger.parts import STOPPED
from tests.faults.ledger.player import Player
from tests.faults.pool import processes

ROUNDS = 4
FAULTS = {
    "worker": ("fdatasync", "write", "ftruncate"),
    "sequencer": ("fdatasync", "fsync", "pwrite64"),
    "witness": ("fsync", "pwrite64"),
}


def on_a_full_disk(one: Player) -> Counter[str]:
    """The disk fills up under load: all is refused; with space everything goes on by itself or with a new process."""
    told: Counter[str] = Counter()
    for _ in range(ROUNDS):
        one.start()
        one.wait_for("checkpoint")
        ballast = processes.fill(one.folder, one.chance.randrange(3) * 4096)
        one.wait_for("refused")
        time.sleep(0.2)
        told.update(f"{name} stopped" for name in one.reap())
        one.hear()
        entries = one.heard["entry"]
        one.wait_for("refused")
        told["acknowledged when nothing more went in"] += one.heard["entry"] - entries
        ballast.unlink()
        told.update(f"{name} stopped" for name in one.reap())
        one.start()
        one.wait_for("entry")
        one.wait_for("checkpoint")
        one.kill_all()
        one.cut_power()
        one.look()
    return told


def on_a_disk_that_does_not_sync(one: Player) -> Counter[str]:
    """One call after another of one part says that nothing was saved, while the others work."""
    told: Counter[str] = Counter()
    for name, call in [(name, call) for name, calls in FAULTS.items() for call in calls]:
        one.start(name)
        one.hear()
        refused = one.heard["refused"]
        number, trace = one.chance.randint(2, 5), one.folder.with_name("calls")
        fault = f"inject={call}:error=EIO:when={number}..{number + one.chance.randrange(4)}"
        if call == "ftruncate":
            fault = f"inject=fdatasync,ftruncate:error=EIO:when={number}"
        options = ("-e", f"trace={call},fdatasync", "-e", fault, "-o", str(trace))
        status = processes.traced(one.act(name, 0.5), *options)
        assert status in (0, STOPPED), (name, call, status)
        one.hear()
        told[f"{name} struck"] += "INJECTED" in trace.read_text()
        told[f"{name} stopped"] += status == STOPPED
        told["refused"] += one.heard["refused"] - refused
        one.kill_all()
        one.look()
    return told


def main(folder: Path, seed: int, fault: str) -> dict[str, object]:
    """Play one fault to its end."""
    one = Player(folder, seed)
    told = on_a_full_disk(one) if fault == "full" else on_a_disk_that_does_not_sync(one)
    return {**told, "told": one.end()}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
    sys.stdout.flush()
    os._exit(0)
