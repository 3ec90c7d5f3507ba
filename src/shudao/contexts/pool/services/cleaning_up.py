"""Remove what nothing names: files that no manifest and no reader does, folders and layers of dead processes."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import index, leases, locks
from shudao.contexts.pool.contracts.refusals import DatasetBusy
from shudao.contexts.pool.models import DataFile, Dataset
from shudao.contexts.pool.queries import manifest


def folder(dataset: str) -> Path:
    """Return where a dataset's files lie."""
    return Path(settings.POOL_ROOT) / "datasets" / dataset


def tidy(row: Dataset) -> int:
    """Remove what no manifest and no reader of the dataset names; its lock is held. Return how many files went."""
    gone = _files(row)
    snapshot = manifest.current(row)
    index.tidy(row.code, snapshot.layers if snapshot else [])
    return gone


def undo(row: Dataset, place: Path) -> None:
    """Remove at once what a delivery that failed wrote into its folder and the index; the dataset's lock is held."""
    shutil.rmtree(place, ignore_errors=True)
    snapshot = manifest.current(row)
    with contextlib.suppress(OSError):  # the next batch removes it then
        index.tidy(row.code, snapshot.layers if snapshot else [])


def tidy_all() -> int:
    """Do so for every dataset that nobody is writing to; return how many files went."""
    gone = 0
    for row in Dataset.objects.order_by("code"):
        with contextlib.suppress(DatasetBusy), locks.only_writer(row.code):
            gone += tidy(row)
    return gone


def _files(row: Dataset) -> int:
    place, root = folder(row.code), Path(settings.POOL_ROOT)
    if not place.exists():
        return 0
    # First the manifest, then the leases: adapters/leases.py says why.
    named = set(DataFile.objects.filter(dataset=row).values_list("path", flat=True))
    held = leases.held(row.code)
    if held is None:
        return 0
    gone, kept = 0, named | held
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_dir():
            with contextlib.suppress(OSError):
                path.rmdir()
        elif path.relative_to(root).as_posix() not in kept:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
