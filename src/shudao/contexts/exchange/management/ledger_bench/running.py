"""One run: a ledger is written by several processes, sequenced, proved and verified; the peer does what it can."""

from __future__ import annotations

import platform
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.ledger_bench import postgres, sample, writing
from shudao.kernel import merkle
from shudao.kernel.errors import ShudaoError
from shudao.plane.ledger import checkpoints, entry, frames, hands, proofs
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.verify import verify

_PROOFS = 200
_SEED = 20261124
_RECEIPT_SHARE = 2  # bytes of an entry's batch's receipt
_PEER_BYTES = 1200  # of a row in PostgreSQL: table, key, and what the log of changes holds meanwhile


class NoRoom(ShudaoError):
    """The disk cannot hold the run."""

    code = "exchange.bench_no_room"
    status = 507
    says = "需要约 {need} GB 磁盘空间，只剩 {free} GB。"
    advice = "请减少条数，或用 --folder 指定另一块磁盘。"


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

    Raises:
        NoRoom: before anything is written.
    """
    scratch = Path(tempfile.mkdtemp(prefix="shudao-ledger-", dir=wanted.folder))
    try:
        _check_room(scratch, wanted)
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
    with _watched(folder / "segments", wanted.entries * _segment_bytes()):
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


def _segment_bytes() -> int:
    return len(sample.body(10**6)) + entry.SALT_SIZE + frames.PREFIX_SIZE + 1 + _RECEIPT_SHARE


def _check_room(folder: Path, wanted: Wanted) -> None:
    """Say how much the run takes; refuse what the disk cannot hold. Raises NoRoom."""
    need = wanted.entries * (_segment_bytes() + 2 * merkle.HASH_SIZE + (_PEER_BYTES if wanted.peer else 0))
    free = shutil.disk_usage(folder).free
    _say(f"takes about {need / 1e9:.1f} GB of disk for a while; {free / 1e9:.1f} GB are free")
    if need > free * 0.9:
        raise NoRoom(need=f"{need / 1e9:.1f}", free=f"{free / 1e9:.1f}")


@contextmanager
def _watched(segments: Path, total: int) -> Iterator[None]:
    """Tell every ten seconds how far the writing has come."""
    done, progress = threading.Event(), _progress("written")

    def look() -> None:
        while not done.wait(10):
            progress(sum(path.stat().st_size for path in segments.glob("*")), total)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        done.set()
        looking.join()


def _progress(what: str = "read") -> Callable[[int, int], None]:
    told, started = [0], time.monotonic()

    def progress(done: int, total: int) -> None:
        tenth = min(10, done * 10 // max(total, 1))
        if tenth > told[0]:
            told[0] = tenth
            left = (time.monotonic() - started) * max(0, total - done) / done
            _say(f"{tenth * 10} % {what}, about {left:.0f} s left")

    return progress


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
