"""Read a snapshot's files so that they stay where they are for as long as it takes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from shudao.contexts.pool.adapters import leases, live
from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.models import Batch, Dataset, Snapshot
from shudao.contexts.pool.queries import manifest


@contextlib.contextmanager
def standing(row: Dataset, number: int | None = None) -> Iterator[tuple[Snapshot, Live] | None]:
    """Give the current snapshot, or that of a number, and its files, which are kept in the block; None without one."""
    with leases.reading(row.code) as lease:
        chosen = {"dataset": row, "number": number}
        snapshot = manifest.current(row) if number is None else Snapshot.objects.filter(**chosen).first()
        found = live.of(snapshot) if snapshot is not None else None
        lease.name([*found.paths, *([found.dead] if found.dead else [])] if found else [])
        yield (snapshot, found) if snapshot is not None and found is not None else None


@contextlib.contextmanager
def files_of(batch: Batch, kind: str) -> Iterator[list[str]]:
    """Give the paths of a batch's own files, which are kept in the block."""
    with leases.reading(batch.dataset.code) as lease:
        paths = list(batch.files.filter(kind=kind).order_by("path").values_list("path", flat=True))
        lease.name(paths)
        yield paths
