"""Write a ledger as the gateway's workers do: own processes, 256 calls waiting in each, fsync before an answer."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from shudao.contexts.exchange.management.ledger_bench import sample
from shudao.plane.ledger.commit import GroupCommit
from shudao.plane.ledger.segment import Segment

WAITING = 256
Work = Callable[[str, int, int], None]


def append(folder: str, first: int, count: int) -> None:
    """Write `count` entries from number `first` on, each waited for by one of `WAITING` callers."""
    asyncio.run(_append(Path(folder), first, count))


async def _append(folder: Path, first: int, count: int) -> None:
    commit = GroupCommit(Segment(folder, sample.signer()))

    async def caller(number: int) -> None:
        for at in range(first + number, first + count, WAITING):
            await commit.append(sample.body(at))

    await asyncio.gather(*(caller(number) for number in range(WAITING)))
    commit.close()


def timed(work: Work, target: str, entries: int, workers: int) -> tuple[float, float]:
    """Share `entries` out to processes; return wall seconds from a common start, and their processor seconds."""
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(workers + 1), context.SimpleQueue()
    share = -(-entries // workers)
    processes = [
        context.Process(target=_run, args=(work, target, n * share, min(share, entries - n * share), barrier, queue))
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    barrier.wait(120)
    started = time.monotonic()
    used = [queue.get() for _ in processes]
    wall = time.monotonic() - started
    for process in processes:
        process.join()
    if any(seconds < 0 for seconds in used):
        raise RuntimeError("a writer failed: see its traceback above")
    return wall, sum(used)


def _run(work: Work, target: str, first: int, count: int, barrier: Barrier, queue: object) -> None:
    barrier.wait(120)
    before, used = time.process_time(), -1.0
    try:
        work(target, first, count)
        used = time.process_time() - before
    finally:
        queue.put(used)  # type: ignore[attr-defined]  # a context's queue has no public type
