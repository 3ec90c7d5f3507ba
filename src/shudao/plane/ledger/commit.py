"""Group commit: the calls that arrive during one fsync share the next."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from shudao.plane.ledger.receipts import Receipt
from shudao.plane.ledger.segment import LedgerUnavailable, Segment, Written

_LARGEST = 4096

Place = tuple[str, int, Receipt]
_Waiting = tuple[bytes, "asyncio.Future[Place]"]


class GroupCommit:
    """Lets many coroutines of one event loop append to a segment; the writing is done by one thread."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def append(self, body: bytes) -> asyncio.Future[Place]:
        """Return what is done when the entry is durable: (segment, sequence, receipt), or LedgerUnavailable."""
        loop = self._loop = self._loop or asyncio.get_running_loop()
        done: asyncio.Future[Place] = loop.create_future()
        self._waiting.append((body, done))
        if not self._busy:
            self._busy = True
            # On the next turn of the loop, so that calls read in this turn come along.
            loop.call_soon(self._start)
        return done

    def close(self) -> None:
        """Wait for the batch under way and close the segment."""
        self._thread.shutdown(wait=True)
        self._segment.close()

    def _start(self) -> None:
        batch, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
        self._thread.submit(self._write, batch)

    def _write(self, batch: list[_Waiting]) -> None:
        written: Written | None = None
        try:
            written = self._segment.write([body for body, _ in batch])
        except LedgerUnavailable:
            pass
        finally:
            # Whatever else went wrong, nobody may wait for ever or be told of a success.
            assert self._loop is not None  # noqa: S101 - set by the append that made this batch
            self._loop.call_soon_threadsafe(self._finish, batch, written)

    def _finish(self, batch: list[_Waiting], written: Written | None) -> None:
        for number, (_, done) in enumerate(batch):
            if done.done():
                continue
            if written is None:
                done.set_exception(LedgerUnavailable())
            else:
                done.set_result((written.segment, written.first + number, written.receipt))
        if self._waiting:
            self._start()
        else:
            self._busy = False
