"""Read calls from the ledger's files."""

from __future__ import annotations

import heapq
import mmap
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange.contracts.evidence import LedgerLine
from shudao.kernel.time import LOCAL
from shudao.plane.decision import VERIFIED
from shudao.plane.ledger import frames, reader
from shudao.plane.ledger.entry import ANSWERED, NO_RECORD, Entry, decode
from shudao.plane.ledger.register import Counts, Register, Tail

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVERY = 1_000_000  # more answers about one person than there will be


def entries(*, resource: str, client: str, case: str, limit: int) -> list[LedgerLine]:
    def wanted(entry: Entry) -> bool:
        return (
            (not resource or resource_of(entry) == resource)
            and (not client or entry.client == client)
            and (not case or entry.case == case)
        )

    return _newest(wanted, limit)


def disclosures(person: str, *, limit: int) -> list[LedgerLine]:
    return [line(name, entry) for name, entry in answered(person, limit=limit)]


def answered(subject: str, *, limit: int = EVERY) -> list[tuple[str, Entry]]:
    """
    Return the newest durable answers about a subject (keyed hash, hex), newest first, each with its name.

    For reading, not for proving: the finding aid names the places, and only what it has not taken in is walked through.
    """
    if not subject:
        return []
    places, tails = register().answered(subject, limit=limit)
    found = [(f"{one.segment}:{one.sequence}", one.entry) for one in places]
    for tail in tails:
        if _holds(tail, subject.encode()):
            found += _answered(tail, subject.encode(), subject)
    return heapq.nlargest(limit, found, key=lambda located: (located[1].instant, located[0]))


def _answered(tail: Tail, needle: bytes, subject: str) -> Iterator[tuple[str, Entry]]:
    batch: list[tuple[str, Entry]] = []
    for frame in frames.read(tail.path, offset=tail.offset, number=tail.entries):
        if frame.kind == frames.RECEIPT:
            yield from batch
            batch.clear()
        elif frame.kind == frames.ENTRY and needle in frame.payload:
            entry = decode(frame.body)
            if entry.subject == subject and entry.outcome == ANSWERED:
                batch.append((f"{tail.path.stem}:{frame.number}", entry))


def _holds(tail: Tail, needle: bytes) -> bool:
    with tail.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(needle, tail.offset) >= 0


def calls(day: date) -> dict[tuple[str, str], Counts]:
    """Return (client, resource code) → counts of a local day; the finding aid counts what it has taken in."""
    first, next_day = micros(day), micros(day + timedelta(days=1))
    counted, tails = register().counts(first, next_day)
    found = [(client, code_of(service), one) for (client, service), one in counted.items()]
    for one in (one for tail in tails for one in _acknowledged(tail) if first <= one.instant < next_day):
        carried = one.outcome in (ANSWERED, NO_RECORD)
        found.append((one.client, resource_of(one), Counts(1, carried, one.outcome == ANSWERED)))
    added: dict[tuple[str, str], Counts] = {}
    for client, resource, more in found:
        had = added.get((client, resource), Counts(0, 0, 0))
        sums = (had.calls + more.calls, had.carried + more.carried, had.answered + more.answered)
        added[client, resource] = Counts(*sums)
    return added


def _acknowledged(tail: Tail) -> Iterator[Entry]:
    batch: list[Entry] = []
    for frame in frames.read(tail.path, offset=tail.offset, number=tail.entries):
        if frame.kind == frames.RECEIPT:
            yield from batch
            batch.clear()
        elif frame.kind == frames.ENTRY:
            batch.append(decode(frame.body))


def register() -> Register:
    """Return the finding aid of the ledger."""
    return Register(Path(settings.LEDGER_ROOT))


def micros(day: date) -> int:
    """Return a local day's beginning, in Unix microseconds."""
    return (datetime.combine(day, time.min, LOCAL) - _EPOCH) // timedelta(microseconds=1)


def instant_of(entry: Entry) -> datetime:
    """Return when it was written."""
    return _EPOCH + timedelta(microseconds=entry.instant)


def resource_of(entry: Entry) -> str:
    """Return the resource code: the last part of the service id."""
    return code_of(entry.service)


def code_of(service: str) -> str:
    """Return the resource code in a service id."""
    return service.rpartition("/")[2]


def _newest(wanted: Callable[[Entry], bool], limit: int) -> list[LedgerLine]:
    found = heapq.nlargest(limit, _located(wanted), key=lambda located: (located[1].instant, located[0]))
    return [line(name, entry) for name, entry in found]


def _located(wanted: Callable[[Entry], bool]) -> Iterator[tuple[str, Entry]]:
    for located in reader.entries(Path(settings.LEDGER_ROOT)):
        if located.entry is not None and wanted(located.entry):
            yield f"{located.segment}:{located.sequence}", located.entry


def line(name: str, entry: Entry) -> LedgerLine:
    """Return the call as pages show it; `name` is "<segment>:<number>"."""
    return LedgerLine(
        entry=name,
        at=instant_of(entry),
        client=entry.client,
        resource=resource_of(entry),
        purpose=entry.purpose,
        case=entry.case,
        user=entry.user,
        fields=tuple(name.removesuffix(VERIFIED) for name in entry.fields),
        subject=entry.subject,
        grant=entry.grant,
        outcome=entry.outcome,
        verified=bool(entry.fields) and all(name.endswith(VERIFIED) for name in entry.fields),
    )
