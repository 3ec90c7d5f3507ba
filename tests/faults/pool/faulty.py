"""
Delivers to a pool whose disk is full, or does not sync, at one place after another.

Run as a module by test_pool_disk.py with a home of its own: folder, "full" or "sync", seed. Prints what happened.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from functools import partial
from pathlib import Path

from tests.faults.pool import player, processes, witness  # first: it sets Django up

from shudao.contexts.pool.contracts.refusals import NotStored  # isort: skip

STEPS = ("full", "upsert", "append", "delete", "compact")
PLACES = 2
REFUSED, FAILED = 3, 4
_LEAST = 1 << 16


def outcome(act: processes.Act) -> None:
    """End with what came of an act."""
    try:
        act()
    except NotStored:
        os._exit(REFUSED)
    except Exception as error:
        print(type(error).__name__, error, file=sys.stderr, flush=True)
        os._exit(FAILED)


def on_a_full_disk(one: player.Player) -> Counter[str]:
    """Every step with less and less missing; each is taken up again once there is space."""
    told: Counter[str] = Counter()
    pool = Path(os.environ["SHUDAO_HOME"]) / "pool"
    for step in STEPS:
        need = used(pool, one, step)
        for place in range(PLACES):
            prepared(one, step)
            ballast = processes.fill(pool, need * 2 * place // 3)
            status = processes.apart(partial(outcome, one.act(step)))
            told[f"{step}: { ({0: 'taken', REFUSED: 'refused'}.get(status, status)) }"] += 1
            assert status in (0, REFUSED), (step, place, status)
            if status:
                states = {one.number: one.register.state}
                look = partial(witness.one_of, states, one.register.people)
                player.tell(step, lambda look=look: [*look(), *witness.left_over()])  # type: ignore[misc]
            ballast.unlink()
            one.again(step)
    return told


def prepared(one: player.Player, step: str) -> None:
    """Draw the step; before a compaction something is delivered that can be merged."""
    if step == "compact":
        prepared(one, "upsert")
        assert processes.apart(one.act("upsert")) == 0
        one.come("upsert")
    one.draw(step)


def used(pool: Path, one: player.Player, step: str) -> int:
    """Do the step; return how many bytes that took."""
    prepared(one, step)
    before = shutil.disk_usage(pool).used
    assert processes.apart(one.act(step)) == 0
    one.come(step)
    return max(_LEAST, shutil.disk_usage(pool).used - before)


def on_a_disk_that_does_not_sync(one: player.Player) -> Counter[str]:
    """One call after another says that nothing was saved: that is no success, and the same key heals it."""
    told: Counter[str] = Counter()
    scratch = one.folder / "calls"
    for step in one.chance.sample(STEPS, 2):
        prepared(one, step)
        calls = processes.calls_of(one.act(step), scratch)
        one.come(step)
        for name in ("fsync", "fsync", "fdatasync"):
            prepared(one, step)
            fault = f"inject={name}:error=EIO:when={one.chance.randint(1, calls[name])}"
            trace = ("-y", "-e", f"trace={name}", "-e", fault, "-o", str(scratch))
            status = processes.traced(partial(outcome, one.act(step)), *trace)
            struck = [line for line in scratch.read_text().splitlines() if "INJECTED" in line]
            told[f"{step}, {name}: {'taken' if status == 0 else 'refused'}"] += 1
            assert status in (0, REFUSED, FAILED), (step, struck, status)
            # What the pool writes is minded; SQLite minds its own, and forgives what it does after the commit.
            assert status or not any("/pool/" in line for line in struck), (step, struck)
            one.settle(step)
    return told


def main(folder: Path, fault: str, seed: int) -> Counter[str]:
    """Play one fault."""
    player.prepare()
    one = player.Player(folder, seed, size=240, people=100)
    assert processes.apart(player.begin) == 0
    return on_a_full_disk(one) if fault == "full" else on_a_disk_that_does_not_sync(one)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
    sys.stdout.flush()
    os._exit(0)
