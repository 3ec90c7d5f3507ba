"""
So many calls at once, over all workers of the machine: each holds one byte of a file locked.

The system gives the locks of a process back when it dies, however it dies, so no place is ever lost.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

MOST = 256  # places of one service


class Places:
    """The places of all services; made once in each worker, after the fork."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Opened once and never a second time: closing any descriptor of it would give all of this process's locks back.
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        self._held: set[int] = set()

    def take(self, code: str, count: int) -> int | None:
        """Return a place for a call to the service, None where all of its `count` are taken."""
        first = int.from_bytes(hashlib.sha256(code.encode()).digest()[:6], "big") * MOST
        for place in range(first, first + min(count, MOST)):
            if place not in self._held and self._locked(place):
                self._held.add(place)
                return place
        return None

    def give(self, place: int) -> None:
        """Give a place back."""
        self._held.discard(place)
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """Give all places back."""
        os.close(self._file)

    def _locked(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True
