"""Group commit: the calls that arrive during one fsync share the next, and the look whether they are new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from shudao.plane.ledger.segment import LedgerUnavailable, Prepared, Segment, Written

_LARGEST = 4096

Claims = Callable[[Sequence[bytes]], Sequence[str]]
Instead = Callable[[str], bytes]


class Place(NamedTuple):
    """Where an entry stands; `receipt` is a header value. `refused`: why the other entry stands there, "" if not."""

    segment: str
    sequence: int
    receipt: str
    refused: str = ""


class _Waiting(NamedTuple):
    body: bytes
    done: asyncio.Future[Place]
    claim: bytes
    instead: Instead | None


class GroupCommit:
    """
    Lets many coroutines of one event loop append to a segment. A thread waits for the disk, and does nothing else: each
    time that it would need the interpreter it might have to wait for the loop.

    Args:
        segment: What is appended to.
        claims: Given the claims of a batch, returns for each "" or the code by which it is refused. Called
            before anything is written.
    """

    def __init__(self, segment: Segment, claims: Claims | None = None) -> None:
        self._segment = segment
        self._claims = claims
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def append(self, body: bytes, *, claim: bytes = b"", instead: Instead | None = None) -> asyncio.Future[Place]:
        """
        Return what is done when the entry is durable, or LedgerUnavailable.

        Args:
            body: The entry.
            claim: What must be claimed first, where something must.
            instead: Given the code by which the claim is refused, returns the entry that is written then.
        """
        loop = self._loop = self._loop or asyncio.get_running_loop()
        done: asyncio.Future[Place] = loop.create_future()
        self._waiting.append(_Waiting(body, done, claim, instead))
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
        prepared: Prepared | None = None
        refused: dict[int, str] = {}
        try:
            bodies = [waiting.body for waiting in batch]
            refused = self._claimed(batch, bodies)
            prepared = self._segment.prepare(bodies)
        except LedgerUnavailable:
            pass
        finally:
            # Whatever else went wrong, nobody may wait for ever or be told of a success.
            if prepared is None:
                self._finish(batch, None, refused)
        if prepared is not None:
            self._thread.submit(self._put, batch, prepared, refused)

    def _put(self, batch: list[_Waiting], prepared: Prepared, refused: dict[int, str]) -> None:
        written: Written | None = None
        try:
            written = self._segment.put(prepared)
        except LedgerUnavailable:
            pass
        finally:
            assert self._loop is not None  # noqa: S101 - set by the append that made this batch
            self._loop.call_soon_threadsafe(self._finish, batch, written, refused)

    def _claimed(self, batch: list[_Waiting], bodies: list[bytes]) -> dict[int, str]:
        """Claim for all of the batch; put the other entry in the place of those refused, and return them."""
        numbers = [number for number, waiting in enumerate(batch) if waiting.claim]
        if not numbers or self._claims is None:
            return {}
        codes = self._claims([batch[number].claim for number in numbers])
        refused = {number: code for number, code in zip(numbers, codes, strict=True) if code}
        for number, code in refused.items():
            instead = batch[number].instead
            if instead is not None:
                bodies[number] = instead(code)
        return refused

    def _finish(self, batch: list[_Waiting], written: Written | None, refused: dict[int, str]) -> None:
        if written is None:
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_exception(LedgerUnavailable())
        else:
            segment, first, receipt = written.segment, written.first, written.receipt.text()
            for number, waiting in enumerate(batch):
                if not waiting.done.done():
                    code = refused.get(number, "") if refused else ""
                    waiting.done.set_result(Place(segment, first + number, receipt, code))
        if self._waiting and self._loop is not None:
            self._loop.call_soon(self._start)
        else:
            self._busy = False
