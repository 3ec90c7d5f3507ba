"""Read calls from the ledger's files."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange.contracts.evidence import LedgerLine
from shudao.kernel.time import local_date
from shudao.plane.ledger import reader
from shudao.plane.ledger.entry import ANSWERED, Entry

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
    return _newest(lambda entry: entry.subject == person and entry.outcome == ANSWERED, limit)


def calls(*, since: date) -> Iterator[tuple[date, str, bool]]:
    """Yield (local day, resource code, whether it was answered) of every call from a local day on."""
    for located in reader.entries(Path(settings.LEDGER_ROOT)):
        if located.entry is not None:
            day = local_date(_EPOCH + timedelta(microseconds=located.entry.instant))
            if day >= since:
                yield day, resource_of(located.entry), located.entry.outcome == ANSWERED


def resource_of(entry: Entry) -> str:
    """Return the resource code: the last part of the service id."""
    return entry.service.rpartition("/")[2]


def _newest(wanted: Callable[[Entry], bool], limit: int) -> list[LedgerLine]:
    found = heapq.nlargest(limit, _located(wanted), key=lambda located: (located[1].instant, located[0]))
    return [_line(name, entry) for name, entry in found]


def _located(wanted: Callable[[Entry], bool]) -> Iterator[tuple[str, Entry]]:
    for located in reader.entries(Path(settings.LEDGER_ROOT)):
        if located.entry is not None and wanted(located.entry):
            yield f"{located.segment}:{located.sequence}", located.entry


def _line(name: str, entry: Entry) -> LedgerLine:
    return LedgerLine(
        entry=name,
        at=_EPOCH + timedelta(microseconds=entry.instant),
        client=entry.client,
        resource=resource_of(entry),
        purpose=entry.purpose,
        case=entry.case,
        user=entry.user,
        fields=tuple(entry.fields),
        subject=entry.subject,
        grant=entry.grant,
        outcome=entry.outcome,
    )
