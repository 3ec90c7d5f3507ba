"""Scheduled work of the pool."""

from __future__ import annotations

import subprocess
import sys

from shudao.contexts.pool import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

INBOX_SECONDS = 10
_COMMAND = [sys.executable, "-m", "django", "pool", "inbox", "--once"]


class _Taker:
    """Takes files in, in a process of its own: a delivery may last minutes, and the worker has clocks to keep."""

    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start one, unless one is at it. It stays in the worker's process group and ends with it."""
        if self.running is None or self.running.poll() is not None:
            self.running = subprocess.Popen(_COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603  a fixed command of ours


_taker = _Taker()


@outbox.every("pool.inbox", seconds=INBOX_SECONDS)
@outbox.own_transactions
def inbox() -> None:
    """Have the inbox emptied where something lies in it."""
    if api.anything_in_inbox(now=now()):
        _taker.start()
