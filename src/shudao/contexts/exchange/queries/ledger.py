"""Read calls from the ledger's files."""

from __future__ import annotations

import heapq
import mmap
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange.contracts.evidence import LedgerLine
from shudao.kernel.time import local_date
from shudao.plane.decision import VERIFIED
from shudao.plane.ledger import frames, reader
from shudao.plane.ledger.entry import ANSWERED, Entry, decode
from shudao.plane.ledger.segment import FOLDER, SUFFIX

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entries(*, resource: str, client: str, case: str, limit: int) -> list[LedgerLine]:
    def wanted(entry: Entry) -> bool:
        return (
            (not resource or resource_of(entry) == resource)
            and (not client or entry.client == client)
            and (not case or entry.case == case)
        )

    return _newest(wanted, limit)


def disclosures(person: str, *, limit: int) -> list[LedgerLine]:
    found = heapq.nlargest(limit, answered(person), key=lambda located: (located[1].instant, located[0]))
    return [line(name, entry) for name, entry in found]


def answered(subject: str) -> Iterator[tuple[str, Entry]]:
    """
    Yield the durable answers about a subject (keyed hash, hex), each with its name; for reading, not for proving.

    Entries of others are not decoded, and files without one of the subject's are not even walked through.
    """
    needle = subject.encode()
    for path in sorted((Path(settings.LEDGER_ROOT) / FOLDER).glob(f"*{SUFFIX}")):
        if needle and _holds(path, needle):
            yield from _answered(path, needle, subject)


def _answered(path: Path, needle: bytes, subject: str) -> Iterator[tuple[str, Entry]]:
    batch: list[tuple[str, Entry]] = []
    for frame in frames.read(path):
        if frame.kind == frames.RECEIPT:
            yield from batch
            batch.clear()
        elif frame.kind == frames.ENTRY and needle in frame.payload:
            entry = decode(frame.body)
            if entry.subject == subject and entry.outcome == ANSWERED:
                batch.append((f"{path.stem}:{frame.number}", entry))


def _holds(path: Path, needle: bytes) -> bool:
    if not path.stat().st_size:
        return False  # an empty file cannot be mapped
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(needle) >= 0


def calls(*, since: date) -> Iterator[tuple[date, str, str, str]]:
    """Yield (local day, client, resource code, outcome) of every call from a local day on."""
    for located in reader.entries(Path(settings.LEDGER_ROOT)):
        if located.entry is not None:
            day = local_date(instant_of(located.entry))
            if day >= since:
                yield day, located.entry.client, resource_of(located.entry), located.entry.outcome


def instant_of(entry: Entry) -> datetime:
    """Return when it was written."""
    return _EPOCH + timedelta(microseconds=entry.instant)


def resource_of(entry: Entry) -> str:
    """Return the resource code: the last part of the service id."""
    return entry.service.rpartition("/")[2]


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
