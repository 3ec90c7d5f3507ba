"""One run: a ledger is written by several processes, sequenced, proved and verified; the peer does what it can."""

from __future__ import annotations

import platform
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.ledger_bench import postgres, sample, writing
from shudao.kernel import merkle
from shudao.plane.ledger import checkpoints, hands, proofs
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.verify import verify

_PROOFS = 200
_SEED = 20261124


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many entries, how many processes write and verify, the peer ("" or "postgres"), where to work."""

    entries: int
    workers: int = 2
    peer: str = ""
    folder: Path | None = None


def measure(wanted: Wanted) -> dict[str, Any]:
    """
    Run everything.

    Returns:
        `durable_entries_per_second`, `proof_ms` (mean), `verified_entries_per_second` and what belongs to them;
        `peers`; `machine`.
    """
    scratch = Path(tempfile.mkdtemp(prefix="shudao-ledger-", dir=wanted.folder))
    try:
        found = _ledger(scratch / "ledger", wanted)
        if wanted.peer:
            _say("the same as PostgreSQL rows")
            found["peers"] = {"postgres": postgres.measure(scratch, wanted.entries, wanted.workers)}
        return found
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _ledger(folder: Path, wanted: Wanted) -> dict[str, Any]:
    folder.mkdir()
    _say(f"writing {wanted.entries:,} entries by {wanted.workers} processes")
    wall, cpu = writing.timed(writing.append, str(folder), wanted.entries, wanted.workers)
    size = sum(path.stat().st_size for path in (folder / "segments").iterdir())
    _say("putting them into the tree")
    sequenced = _sequence(folder)
    _say("proving")
    took = sorted(_prove(folder))
    _say("verifying")
    started = time.monotonic()
    report = verify(folder, sample.verifiers(), processes=wanted.workers, progress=_progress())
    verified = time.monotonic() - started
    if not report.ok or report.entries != wanted.entries:
        raise RuntimeError(f"what was written does not verify: {report.problems[:3]}")
    return {
        "benchmark": "ledger_bench",
        "entries": wanted.entries,
        "workers": wanted.workers,
        "durable_entries_per_second": round(wanted.entries / wall),
        "durable_entries_per_cpu_second": round(wanted.entries / cpu),
        "proof_ms": round(sum(took) / len(took) * 1000, 3),
        "proof_ms_p99": round(took[len(took) * 99 // 100] * 1000, 3),
        "verified_entries_per_second": round(wanted.entries / verified),
        "sequenced_entries_per_second": round(wanted.entries / sequenced),
        "bytes_per_entry": round(size / wanted.entries),
        "machine": {"processors": hands.here(), "system": platform.platform(), "python": platform.python_version()},
        "peers": {},
    }


def _sequence(folder: Path) -> float:
    started = time.monotonic()
    with Sequencer(folder, sample.signer) as sequencer:
        sequencer.tick()
        sequencer.checkpoint()
    return time.monotonic() - started


def _prove(folder: Path) -> list[float]:
    """Prove entries from all over the tree, each as a process does that has nothing open; check every proof."""
    made = checkpoints.read(folder)[-1]
    chance, took = random.Random(_SEED), []
    for _ in range(_PROOFS):
        segment, first, count = chance.choice(made.ranges)
        sequence = chance.randrange(first, first + count)
        started = time.monotonic()
        proof = proofs.inclusion(folder, segment, sequence)
        took.append(time.monotonic() - started)
        path, leaf = [bytes.fromhex(value) for value in proof.path], bytes.fromhex(proof.leaf)
        if not merkle.verify_inclusion(leaf, proof.index, made.size, path, bytes.fromhex(made.root)):
            raise RuntimeError("a proof does not hold")
    return took


def _progress() -> Callable[[int, int], None]:
    told = [0]

    def progress(done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if tenth > told[0]:
            told[0] = tenth
            _say(f"{tenth * 10} % read")

    return progress


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
