"""
Who reads which files: a locked file a reader, below `readers/<dataset>`. A killed reader's lock ends with it.

A reader takes its lease, then asks the manifest, then writes into the lease what it is going to read. Who removes files
asks the manifest first and the leases after: a file that no manifest names is never named again, so nothing that
somebody reads can go. A lease that says nothing yet keeps everything.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from shudao.kernel.ids import new_id

_FOLDER = "readers"
_END = b"\n."


class Lease:
    """What one reader holds."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def name(self, paths: Iterable[str]) -> None:
        """Say which files (paths below the pool's folder) are read, once."""
        os.write(self._descriptor, "\n".join(paths).encode() + _END)


@contextlib.contextmanager
def reading(dataset: str) -> Iterator[Lease]:
    """Hold a lease on a dataset's files in the block."""
    folder = _folder(dataset)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, descriptor = _taken(folder)
    try:
        yield Lease(descriptor)
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def held(dataset: str) -> set[str] | None:
    """Return the files that readers hold; None where one has not said yet which. Leases of the dead are removed."""
    found: set[str] = set()
    folder = _folder(dataset)
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            said = path.read_bytes() if path.exists() else _END
            if not said.endswith(_END):
                return None
            found.update(said.removesuffix(_END).decode().splitlines())
        finally:
            os.close(descriptor)
    return found


def _folder(dataset: str) -> Path:
    return Path(settings.POOL_ROOT) / _FOLDER / dataset


def _taken(folder: Path) -> tuple[Path, int]:
    """Make and lock a lease; one that was removed before it was locked is made again."""
    while True:
        path = folder / new_id()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists():
            return path, descriptor
        os.close(descriptor)
