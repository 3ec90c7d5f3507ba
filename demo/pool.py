"""Fill the pool with the demo's three registers: create the datasets, deliver, ingest, and leave no delivery behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from demo import people, populations
from demo.places import Place
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts import Batch
from shudao.foundation.audit.contracts import SYSTEM

Progress = Callable[[str, float], None]


def fill(
    world: people.World, *, now: datetime, kind: str = "parquet", progress: Progress | None = None
) -> dict[str, Batch]:
    """
    Ingest the world's registers; again changes nothing. The delivered files hold plain identifiers and are removed.

    Args:
        world: Everybody.
        now: Aware, UTC.
        kind: "parquet", "csv" or "gb18030": the form of the deliveries.
        progress: Called with "<dataset>: <step>" and the share of that step.
    """
    tell = progress or (lambda step, share: None)
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        written = populations.write(world, Path(folder), kind=kind)
        return {
            code: _deliver(code, path, now, lambda step, share, code=code: tell(f"{code}: {step}", share))
            for code, path in written.files.items()
        }


def _memory() -> str | None:
    """Deliveries lie in memory where the machine has a place for that, so that no disk ever sees them."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a private folder is made in it


def _deliver(code: str, path: Path, now: datetime, tell: Progress) -> Batch:
    if code not in {row.code for row in pool.datasets()}:
        pool.create(contract=code, acting=SYSTEM, now=now, key=f"demo-{code}-1")
    return pool.ingest(dataset=code, source=path, acting=SYSTEM, now=now, key="demo-1", progress=tell)


def make_world(places: list[Place], *, persons: int = 220_000) -> people.World:
    """Return the demo's world, or one in the same proportions: 3 in 11 married on record, 1 company for 7 persons."""
    scale = persons / 220_000
    return people.make(
        places=places, people=persons, marriages=max(1, int(30_000 * scale)), companies=max(1, int(30_000 * scale))
    )
