"""What becomes known of a call as it is checked: its ledger entry, and the headers of its answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from shudao.faces.gateway import faults, incoming
from shudao.faces.gateway.authentication import Caller
from shudao.faces.gateway.masking import holds_identifier, without_identifiers
from shudao.faces.gateway.worker import Worker
from shudao.kernel.ids import random_bytes
from shudao.plane.decision import VERIFIED
from shudao.plane.ledger import entry
from shudao.plane.ledger.commit import Place
from shudao.plane.lookup.contracts import IndexDamaged

_GIVEN = (entry.ANSWERED, entry.NO_RECORD)
Headers = list[tuple[str, str]]
Reply = tuple[int, Headers, bytes]


@dataclass(slots=True)
class Record:
    """What becomes known of a call as it is checked, for its ledger entry and its answer."""

    trace: str
    received: datetime
    started: float
    service: str
    client: str = ""
    call: str = ""
    user: str = ""
    case: str = ""
    purpose: str = ""
    subject: str = ""
    grant: str = ""
    fields: tuple[str, ...] = ()
    verify: bool = False
    caller: Caller | None = None
    request_hash: str = ""
    accept: str = ""
    language: str = ""
    claim: bytes = b""  # the call's nonce, while it is not claimed
    age: float | None = None  # the snapshot's, where the decision asked for it
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Remember when a step ended."""
        self.marks[name] = perf_counter()

    def forget(self) -> None:
        """Drop what a call that is none has asked for: its signature is another call's."""
        self.caller = None
        self.request_hash = self.subject = self.grant = self.purpose = ""
        self.fields, self.verify = (), False
        self.marks.clear()


def entry_of(worker: Worker, record: Record, outcome: str, body: bytes | None) -> bytes:
    """Return the ledger entry; `body` is the answer's, None where it is not known yet."""
    caller = record.caller
    book = worker.book
    age = worker.age(record.received) if record.age is None else record.age
    told = (record.call, record.client, record.user, record.service, record.purpose, record.case, *_fields(record))
    # What is given stands as it does in a grant: only what else the caller wrote may hold an identifier.
    suspect = (record.call, record.user, record.case) if outcome in _GIVEN else told
    if holds_identifier("\n".join(suspect)):
        told = _masked(worker, told)
    call_id, client, user, service, purpose, case, *fields = told
    return entry.encode(
        entry.Entry(
            version=1,
            instant=int(record.received.timestamp() * 1_000_000),
            call=call_id,
            request=record.trace,
            client=client,
            user=user,
            service=service,
            grant=record.grant,
            purpose=purpose,
            case=case,
            subject=record.subject,
            fields=tuple(fields),
            outcome=outcome,
            snapshot=book.snapshot.version if book else 0,
            age=int(age) if age != float("inf") else -1,
            request_hash=record.request_hash,
            response_hash=incoming.base64_of(hashlib.sha256(body).digest()) if body is not None else "",
            key=caller.key if caller else "",
            nonce=caller.nonce if caller else "",
            created=caller.created if caller else 0,
        )
    )


def _fields(record: Record) -> tuple[str, ...]:
    return tuple(name + VERIFIED for name in record.fields) if record.verify else record.fields


def _masked(worker: Worker, texts: tuple[str, ...]) -> tuple[str, ...]:
    book = worker.book
    known = (*book.systems, *book.services) if book else ()

    def hashed(identifier: str) -> bytes:
        try:
            return worker.subject_hash(identifier)
        except IndexDamaged:
            return b""

    return tuple(text if text in known else without_identifiers(text, hashed) for text in texts)


def headers_of(record: Record, place: Place) -> Headers:
    """Return the headers that every answer with a ledger entry has."""
    segment, sequence, receipt, _ = place
    headers = [
        ("x-road-client", record.client),
        ("x-road-service", record.service),
        ("x-road-id", record.call),
        ("x-road-request-id", record.trace),
        ("x-shudao-ledger", f"{segment}:{sequence}"),
        ("x-shudao-receipt", receipt),
        ("server-timing", _timing(record)),
        ("cache-control", "no-store"),
    ]
    if record.request_hash:
        headers.append(("x-road-request-hash", record.request_hash))
    return headers


def _timing(record: Record) -> str:
    parts, last = [], record.started
    for name, at in record.marks.items():
        parts.append(f"{name};dur={(at - last) * 1000:.2f}")
        last = at
    return ", ".join(parts)


def unledgered(record: Record) -> Reply:
    """Refuse because the ledger cannot be written: the one refusal that stands nowhere."""
    status, kind, body, fault = faults.rendered(
        "ledger_unavailable", "", trace=record.trace, accept=record.accept, language=record.language
    )
    return status, [("content-type", kind), ("x-road-error", fault), ("x-shudao-refusal", "ledger_unavailable")], body


def new_trace() -> str:
    """Return a new UUID (version 4) in text."""
    raw = bytearray(random_bytes(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
