"""How much disk a run takes at its fullest, known before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.core.management.base import CommandError

from shudao.contexts.pool.management.bench.social_insurance import MONTHS

# Bytes a row, seen at 10 M and at 100 M (README.md). What is taken in waits in portions before it is sorted.
_SOURCE, _WAITING, _MERGED = 18, 97, 23
_KEPT, _KEPT_A_PERSON = 14, 75  # a delivery before merging: of each row, and of each person by whom it has rows
_POSTGRES = 370
_SPARE = 1.05


def needed(rows: int, batches: int, peer: str = "") -> int:
    """Return the most bytes that lie on the disk at once, about."""
    full, kept = 0.0, 0.0
    for number in range(batches):
        months = MONTHS // batches + (number < MONTHS % batches)
        part = rows * months / MONTHS
        full = max(full, kept + part * (_SOURCE + _WAITING))
        kept += part * (_KEPT + _KEPT_A_PERSON / months)
    if batches > 1:
        full = max(full, kept + rows * _MERGED)
    if peer:
        full = max(full, rows * (_MERGED + _SOURCE + _POSTGRES))
    return int(full * _SPARE)


def require(folder: Path, rows: int, batches: int, peer: str) -> None:
    """Raise CommandError where the folder's disk has not that much free: an hour's work would end in a full disk."""
    wanted, free = needed(rows, batches, peer), shutil.disk_usage(folder).free
    if wanted > free:
        raise CommandError(
            f"This run takes about {wanted / 1e9:,.0f} GB in {folder}, and {free / 1e9:,.0f} GB are free there. "
            "Give --folder on a larger disk, fewer --rows, or the rows in --batches 3."
        )
