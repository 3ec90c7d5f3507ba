"""
Where a call's microseconds go: `python -m shudao.faces.gateway.steps` with the gateway's folders.

Takes calls from standard input, a line of JSON each (`path`, `headers`, `body`), does every step of the gateway for all
of them, one step after the other, without a server, and prints the processor microseconds that each takes a call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Generator, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from shudao.faces.gateway import addresses, answering, calling, incoming
from shudao.faces.gateway.configuration import Configuration
from shudao.faces.gateway.recording import Record, entry_of, headers_of, new_trace
from shudao.faces.gateway.worker import Worker
from shudao.kernel import signatures
from shudao.kernel.time import now
from shudao.plane import once
from shudao.plane.decision import needed

_TOGETHER = 64  # calls that share a commit, as many as wait for answers
_FOLDERS = ("snapshots", "ledger", "pool", "keys")


class _Body:
    """What the server hands over beside the head: the body, there already."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __call__(self) -> Awaitable[bytes]:
        return self

    def __await__(self) -> Generator[None, None, bytes]:
        return self._body
        yield


class _Headers(dict[str, str]):
    def items(self) -> Any:
        return list(super().items())


class _Steps:
    """All calls, and what the steps before have found for each."""

    def __init__(self, worker: Worker, calls: Iterable[dict[str, Any]]) -> None:
        self.worker = worker
        self.took: dict[str, float] = {}
        self.all = [self._call(each) for each in calls]

    def _call(self, given: dict[str, Any]) -> SimpleNamespace:
        scope = SimpleNamespace(method="POST", scheme="http", authority=None, path=given["path"], query_string="")
        scope.headers = _Headers(given["headers"])
        return SimpleNamespace(scope=scope, body=_Body(given["body"].encode()))

    async def run(self) -> dict[str, float]:
        """Do all steps; return microseconds a call."""
        # Once for the memory of forms, fields and plans, once for the figures: nonces are claimed once only.
        for part in (self.all[: len(self.all) // 4], self.all[len(self.all) // 4 :]):
            await self._each("parse", part, self._parse)
            await self._each("signature", part, self._signature)
            await self._each("decision", part, self._decision)
            await self._each("look-up", part, self._look_up)
            await self._each("answer", part, self._answer)
            self._nonces(part)
            await self._ledger(part)
            await self._each("answer", part, self._headers, more=True)
        return {name: round(seconds * 1e6, 1) for name, seconds in self.took.items()}

    async def _each(
        self, name: str, part: list[Any], step: Callable[[Any], Awaitable[None]], *, more: bool = False
    ) -> None:
        began = time.thread_time()
        for call in part:
            await step(call)
        took = (time.thread_time() - began) / len(part)
        self.took[name] = took + (self.took[name] if more else 0)

    async def _parse(self, call: Any) -> None:
        address = addresses.parse(call.scope.path)
        call.record = Record(new_trace(), now(), time.perf_counter(), address.service if address else "")
        call.request = incoming.taken(call.scope)
        calling.note_headers(call.record, call.request)
        await incoming.read_body(call.request, call.body)
        call.question = incoming.ask(call.request)

    async def _signature(self, call: Any) -> None:
        record, book = call.record, self.worker.book
        if book is None:
            raise RuntimeError("no snapshot")
        caller = self.worker.authentication.proven(call.request, book, record.received)
        record.caller, record.request_hash = caller, signatures.request_hash(caller.base, call.request.body)

    async def _decision(self, call: Any) -> None:
        record, question = call.record, call.question
        record.fields, record.purpose = question.fields, question.purpose
        call.subject = calling.subject_of(self.worker, question.subject, record)
        call.decision = calling.decided(self.worker, record)

    async def _look_up(self, call: Any) -> None:
        decision = call.decision
        call.found = self.worker.find(decision.resource, call.subject, needed(call.record.fields, decision.grant))

    async def _answer(self, call: Any) -> None:
        call.outcome, call.told = answering.told(call.found, call.question, call.decision, call.record)

    def _nonces(self, part: list[Any]) -> None:
        began = time.thread_time()
        for start in range(0, len(part), _TOGETHER):
            callers = [call.record.caller for call in part[start : start + _TOGETHER]]
            keys = [once.nonce_key(caller.created, caller.client, caller.nonce) for caller in callers]
            if not all(self.worker.once.claim_all(keys)):
                raise RuntimeError("a call came twice")
        self.took["nonce"] = (time.thread_time() - began) / len(part)

    async def _ledger(self, part: list[Any]) -> None:
        began = time.process_time()  # of the committing thread too
        for start in range(0, len(part), _TOGETHER):
            some = part[start : start + _TOGETHER]
            waiting = [
                self.worker.ledger.append(entry_of(self.worker, call.record, call.outcome, call.told)) for call in some
            ]
            for call, place in zip(some, waiting, strict=True):
                call.place = await place
        self.took["ledger"] = (time.process_time() - began) / len(part)

    async def _headers(self, call: Any) -> None:
        call.headers = headers_of(call.record, call.place)


async def _run(configuration: Configuration) -> dict[str, float]:
    worker = Worker(configuration)
    try:
        return await _Steps(worker, map(json.loads, sys.stdin)).run()
    finally:
        worker.close()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="shudao.faces.gateway.steps")
    for name in _FOLDERS:
        parser.add_argument(f"--{name}", required=True, type=lambda text: str(Path(text).resolve()))
    print(json.dumps(asyncio.run(_run(Configuration(**vars(parser.parse_args()))))))


if __name__ == "__main__":
    main()
