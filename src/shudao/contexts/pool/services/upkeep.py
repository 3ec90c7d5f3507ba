"""What the pool does by itself: mend indexes, end erasures, give keys up, drop old snapshots, merge files, clean up."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.services import checking, cleaning_up, compacting, erasing, retaining, rotating
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import ShudaoError

_MARK = "upkeep"
_CLEAN_EVERY = 3600.0
_log = logging.getLogger(__name__)


def due(*, now: datetime) -> bool:
    """Whether `keep_up` would find something to do."""
    return _unclean() or bool(checking.doubtful()) or _waiting(now)


def _waiting(now: datetime) -> bool:
    return erasing.waiting() or rotating.waiting() or retaining.due(now) or bool(compacting.due())


def keep_up(*, now: datetime) -> list[str]:
    """
    Do all that is due, unless another process is at it; return what was done, a word each and the dataset or key.

    What fails is told in the log, and does not keep the rest from being done.
    """
    done: list[str] = []
    descriptor = os.open(_mark(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        done += _tried(lambda: [f"made the index of {code} anew" for code in checking.heal(now=now)])
        done += _tried(lambda: [f"erased {one.number}" for one in erasing.finish(now=now) if not one.waiting])
        done += _tried(lambda: [f"rotated {one.key}" for one in rotating.finish(now=now) if not one.waiting])
        done += _tried(lambda: [f"dropped {code} {numbers}" for code, numbers in retaining.retain(now=now).items()])
        for code in compacting.due():
            done += _tried(lambda code=code: [f"compacted {code} {compacting.compact(code, acting=SYSTEM, now=now)}"])
        if gone := cleaning_up.tidy_all():
            done.append(f"removed {gone} files")
        os.utime(_mark(), (time.time(), time.time()))
    except BlockingIOError:
        return []
    finally:
        os.close(descriptor)
    return done


def _tried(do: Callable[[], list[str]]) -> list[str]:
    try:
        return do()
    except (ShudaoError, OSError, RuntimeError) as error:
        _log.error("upkeep of the pool: %s: %s", type(error).__name__, error)
        return []


def _mark() -> Path:
    folder = Path(settings.POOL_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / _MARK


def _unclean() -> bool:
    with contextlib.suppress(FileNotFoundError):
        return time.time() - _mark().stat().st_mtime > _CLEAN_EVERY
    return True
