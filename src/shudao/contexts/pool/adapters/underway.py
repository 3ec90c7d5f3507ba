"""
How far a delivery has come, for whoever looks from another process.

It lies beside the dataset's lock and counts only while that lock is held: what a killed process leaves says nothing.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings

from shudao.contexts.pool.adapters import locks
from shudao.contexts.pool.contracts.deliveries import Mode, UnderWay
from shudao.contexts.pool.contracts.refusals import DatasetBusy

_SECONDS = 0.5  # how old what is shown may be

Progress = Callable[[str, float], None]


@contextlib.contextmanager
def shown(dataset: str, mode: Mode, now: datetime, tell: Progress) -> Iterator[Progress]:
    """Give a `tell` that also writes down how far this is; the dataset's lock is held."""
    path, said, last = _path(dataset), "", 0.0

    def told(step: str, share: float) -> None:
        nonlocal said, last
        if step != said or time.monotonic() - last > _SECONDS:
            said, last = step, time.monotonic()
            _write(path, UnderWay(mode, step, share, now))
        tell(step, share)

    try:
        yield told
    finally:
        path.unlink(missing_ok=True)


def of(dataset: str) -> UnderWay | None:
    """What is being taken into the dataset just now, None where nothing is."""
    try:
        found = msgspec.json.decode(_path(dataset).read_bytes(), type=UnderWay)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    try:
        with locks.only_writer(dataset):
            _path(dataset).unlink(missing_ok=True)  # its process was killed
        return None
    except DatasetBusy:
        return found


def _write(path: Path, what: UnderWay) -> None:
    """Shown whole or not at all; on a full disk nobody is told, and the delivery says so itself."""
    with contextlib.suppress(OSError):
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(what))
        os.replace(fresh, path)


def _path(dataset: str) -> Path:
    return Path(settings.POOL_ROOT) / "locks" / f"{dataset}.step"
