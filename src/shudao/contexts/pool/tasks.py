"""Scheduled work of the pool."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from shudao.contexts.pool import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

INBOX_SECONDS = 10
UPKEEP_SECONDS = 60


class _Taker:
    """Runs an action in a process of its own: it may last minutes, and the worker has clocks to keep."""

    def __init__(self, *words: str) -> None:
        self._command: Sequence[str] = [sys.executable, "-m", "django", "pool", *words]
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start one, unless one is at it. It stays in the worker's process group and ends with it."""
        if self.running is None or self.running.poll() is not None:
            self.running = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603  fixed commands of ours


_inbox = _Taker("inbox", "--once")
_upkeep = _Taker("upkeep")


@outbox.every("pool.inbox", seconds=INBOX_SECONDS)
@outbox.own_transactions
def inbox() -> None:
    """Have the inbox emptied where something lies in it."""
    if api.anything_in_inbox(now=now()):
        _inbox.start()


@outbox.every("pool.upkeep", seconds=UPKEEP_SECONDS)
@outbox.own_transactions
def upkeep() -> None:
    """Have erasures and rotations ended, old snapshots dropped and files merged where that is due."""
    if api.upkeep_is_due(now=now()):
        _upkeep.start()
