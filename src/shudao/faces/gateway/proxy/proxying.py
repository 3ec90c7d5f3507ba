"""
Calls that a department's own service answers: checked as any other, asked on the line, cut to what is granted.

Nothing of the answer leaves before its ledger entry is on the disk. Where a service fails after the first bytes left,
a second entry says so and the connection is broken off, so that nobody takes the part for the whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

from granian import rsgi

from shudao.faces.gateway import answering, calling, incoming
from shudao.faces.gateway.addresses import Address
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.proxy import bodies, headers, questions
from shudao.faces.gateway.proxy.bodies import Streamed
from shudao.faces.gateway.proxy.lines import Answering, Asking, Line
from shudao.faces.gateway.proxy.networks import parsed
from shudao.faces.gateway.proxy.places import Places
from shudao.faces.gateway.proxy.showing import Shown, shown
from shudao.faces.gateway.recording import Record, Reply, entry_of, headers_of, new_trace, unledgered
from shudao.faces.gateway.worker import Worker
from shudao.kernel import signatures
from shudao.kernel.time import now
from shudao.plane.grants import Grant, Resource
from shudao.plane.ledger.segment import LedgerUnavailable
from shudao.plane.once import StoreUnavailable

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_ENDING_LOOK = 0.5


class Proxy:
    """The lines of one worker, by resource."""

    def __init__(self, worker: Worker, networks: str, places: Path) -> None:
        self._worker = worker
        self._allowed = parsed(networks)
        self._places = Places(places)
        self._lines: dict[str, Line] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None

    def follow(self, resources: Iterable[Resource]) -> None:
        """Take over what a new snapshot says; a line that is as it was keeps its connections and its breaker."""
        before, self._lines = self._lines, {}
        for resource in resources:
            if resource.upstream is None:
                continue
            kept = before.get(resource.code)
            if kept is not None and kept.upstream == resource.upstream:
                self._lines[resource.code] = before.pop(resource.code)
                kept.resource = resource
            else:
                self._lines[resource.code] = Line(
                    resource, resource.upstream, allowed=self._allowed, places=self._places, tell=self._worker.tell
                )
        for line in before.values():
            task = asyncio.get_running_loop().create_task(_end(line))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def look(self) -> None:
        """See whether services are there that nobody called of late: one after the other, so that it costs nobody."""
        if self._looking is None or self._looking.done():
            due = next((line for line in self._lines.values() if line.reach.due), None)
            self._looking = asyncio.get_running_loop().create_task(due.look()) if due is not None else None

    def health(self) -> list[dict[str, object]]:
        """Return how each line stands."""
        return [line.health() for line in self._lines.values()]

    async def close(self) -> None:
        """End every connection."""
        if self._looking is not None:
            self._looking.cancel()
        for line in self._lines.values():
            await line.close()
        self._places.close()

    async def call(self, scope: Any, protocol: Any, address: Address, resource: Resource) -> Reply | None:
        """Answer a call to a department's service; None where the answer has been streamed already."""
        worker = self._worker
        record = Record(new_trace(), now(), perf_counter(), address.service)
        line, stream = self._lines[resource.code], _Stream(protocol)
        try:
            try:
                asking, grant = await _asked(worker, scope, protocol, address, line, record)
                async with line.ask(asking) as answer:
                    return await _told(worker, asking, answer, line.resource, grant, record, stream)
            except (Refused, StoreUnavailable) as error:
                outcome, (status, kind, body, extra) = calling.refusal(error, record)
            place = await worker.ledger.append(entry_of(worker, record, outcome, body))
        except LedgerUnavailable:
            return None if stream.started else unledgered(record)
        record.mark("ledger")
        return None if stream.started else (status, [("content-type", kind), *headers_of(record, place), *extra], body)


class _Stream:
    """What leaves piece by piece, once it has `started`."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.started = False

    async def send(self, status: int, head: list[tuple[str, str]], first: bytes, answer: Answering) -> None:
        """Send what has been read and the rest as it comes. Raises UpstreamFailed, which cuts it short."""
        piece = first
        self.started = True
        transport = self._protocol.response_stream(status, head)
        try:
            while piece:
                await transport.send_bytes(piece)
                piece = await answer.piece()
        except rsgi.ProtocolClosed:  # type: ignore[attr-defined]
            return  # the caller went away; the entry says what was under way to it


async def _asked(
    worker: Worker, scope: Any, protocol: Any, address: Address, line: Line, record: Record
) -> tuple[Asking, Grant]:
    """Return what a proven caller may ask of the service, and by which grant. Raises Refused."""
    request = incoming.taken(scope)
    calling.note_headers(record, request)
    if scope.method not in _METHODS:
        raise Refused("invalid_method")
    streamed = await bodies.take(request, protocol, line.upstream.max_body)
    book = worker.book
    if book is None:
        raise Refused("no_snapshot")
    record.caller = worker.authentication.caller(request, book, record.received)
    if streamed is None:
        record.request_hash = signatures.request_hash(record.caller.base, request.body)
    question = questions.ask(request, address.path, line.resource)
    record.purpose, record.fields = question.purpose, question.fields
    if question.subject:
        calling.subject_of(worker, question.subject, record)
    grant = calling.decided(worker, record, scope.method, address.path).grant
    if grant is None:
        raise Refused("no_grant")
    record.fields = question.fields or tuple(name for name in line.resource.fields if name in grant.fields)
    record.mark("check")
    told = headers.asking(request.headers, _telling(record, question.subject, request.headers, streamed))
    body = streamed if streamed is not None else request.body
    return Asking(scope.method, address.path, scope.query_string, told, body, record.mark), grant


def _telling(record: Record, subject: str, given: dict[str, str], streamed: Streamed | None) -> dict[str, str]:
    """Return what the gateway itself tells the service."""
    told = {
        "x-road-id": record.call,
        "x-road-service": record.service,
        "x-road-request-id": record.trace,
        "x-shudao-grant": record.grant,
        "x-shudao-purpose": record.purpose,
        "x-shudao-fields": ",".join(record.fields),
    }
    if subject:
        told["x-shudao-subject"] = subject
    if record.request_hash:
        told["x-road-request-hash"] = record.request_hash
    if streamed is not None and "content-length" in given:
        told["content-length"] = given["content-length"]
    return told


async def _told(
    worker: Worker,
    asking: Asking,
    answer: Answering,
    resource: Resource,
    grant: Grant,
    record: Record,
    stream: _Stream,
) -> Reply | None:
    """Return what the caller gets of the answer, its entry durable; None where it has been streamed. Raises Refused."""
    if isinstance(asking.body, Streamed) and record.caller is not None:
        record.request_hash = asking.body.request_hash(record.caller.base)
    found: Shown = await shown(asking.method, answer, resource, grant, record.fields)
    # A quota is of answers; `decided` has refused what was over the quota before the service was asked.
    answering.counted(worker, grant, record)
    record.mark("read")
    place = await worker.ledger.append(entry_of(worker, record, found.outcome, found.body))
    record.mark("ledger")
    head = [*found.headers, *headers_of(record, place)]
    if found.body is not None:
        return found.status, head, found.body
    await stream.send(found.status, head, found.first, answer)
    return None


async def _end(line: Line) -> None:
    """End a line that is no longer in the snapshot, once its last call is answered."""
    while line.calls:
        await asyncio.sleep(_ENDING_LOOK)
    await line.close()
