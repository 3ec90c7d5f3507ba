"""One call from the request to the durable answer. Nothing leaves before its ledger entry is on the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

import msgspec

from shudao.faces.gateway import addresses, faults, incoming
from shudao.faces.gateway.authentication import Caller
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming
from shudao.faces.gateway.masking import holds_identifier, without_identifiers
from shudao.faces.gateway.worker import Worker
from shudao.kernel import signatures
from shudao.kernel.ids import random_bytes
from shudao.kernel.time import now
from shudao.plane import once
from shudao.plane.decision import Call, Decision, decide, needed, shown
from shudao.plane.ledger import entry
from shudao.plane.ledger.commit import Place
from shudao.plane.ledger.segment import LedgerUnavailable
from shudao.plane.lookup.contracts import IndexDamaged, IndexMissing
from shudao.plane.once import StoreUnavailable

_RECORDED = 256  # characters of a header that the ledger keeps
_encoder = msgspec.json.Encoder()

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
    caller: Caller | None = None
    request_hash: str = ""
    accept: str = ""
    language: str = ""
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Remember when a step ended."""
        self.marks[name] = perf_counter()


async def call(worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None) -> Reply:
    """Answer a call to `/r1/…/{service}`; a refusal is an answer too, and both stand in the ledger first."""
    record = Record(new_trace(), now(), perf_counter(), address.service if address else "")
    try:
        outcome, body = await _answered(worker, scope, protocol, address, record)
        status, kind, extra = (200 if outcome == entry.ANSWERED else 404), "application/json", []
    except (Refused, StoreUnavailable) as refused:
        refused = refused if isinstance(refused, Refused) else Refused("store_unavailable")
        outcome = refused.code
        status, kind, body, fault = faults.rendered(
            refused.code, refused.why, trace=record.trace, accept=record.accept, language=record.language
        )
        extra = [("x-road-error", fault), ("x-shudao-refusal", str(outcome))]
    record.mark("find")
    try:
        place = await worker.ledger.append(_entry(worker, record, outcome, body))
    except LedgerUnavailable:
        return unledgered(record)
    record.mark("ledger")
    return status, [("content-type", kind), *_headers(record, place), *extra], body


async def _answered(
    worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None, record: Record
) -> tuple[str, bytes]:
    request = incoming.taken(scope)
    _note_headers(record, request)
    if address is None:
        raise Refused("malformed_request", "address")
    if scope.method not in ("GET", "POST"):
        raise Refused("invalid_method")
    if scope.method == "POST":
        await incoming.read_body(request, protocol)
    book = worker.book
    if book is None:
        raise Refused("no_snapshot")
    record.caller = worker.authentication.caller(request, book, record.received)
    record.request_hash = signatures.request_hash(record.caller.base, request.body)
    question = incoming.ask(request)
    record.fields, record.purpose = question.fields, question.purpose
    subject = _subject(worker, question.subject, record)
    record.mark("check")
    decision = _decided(worker, record)
    return _looked_up(worker, subject, decision, record)


def _note_headers(record: Record, request: Incoming) -> None:
    headers = request.headers
    record.accept, record.language = headers.get("accept", ""), headers.get("accept-language", "")
    record.client = headers.get("x-road-client", "")[:_RECORDED]
    record.call = headers.get("x-road-id", "")[:_RECORDED] or record.trace
    record.user = headers.get("x-road-userid", "")[:_RECORDED]
    record.case = headers.get("x-road-issue", "").strip()[:_RECORDED]


def _subject(worker: Worker, subject: str, record: Record) -> bytes:
    try:
        hashed = worker.subject_hash(subject)
    except IndexDamaged:
        raise Refused("index_damaged") from None
    record.subject = hashed.hex()
    return hashed


def _decided(worker: Worker, record: Record) -> Decision:
    book = worker.book
    if book is None:
        raise Refused("no_snapshot")
    day = once.day_of(record.received)
    asked = Call(
        client=record.client,
        service=record.service,
        purpose=record.purpose,
        case=record.case,
        fields=record.fields,
        age=worker.age(record.received),
        used=worker.once.used(day),
    )
    decision = decide(book, asked, record.received)
    record.grant = decision.grant.id if decision.grant else ""
    if decision.refusal is not None:
        raise Refused(decision.refusal)
    grant = decision.grant
    if grant is not None and grant.quota and not worker.once.reserve(grant.id, grant.quota, day):
        raise Refused("quota_used")
    return decision


def _looked_up(worker: Worker, subject: bytes, decision: Decision, record: Record) -> tuple[str, bytes]:
    resource, grant = decision.resource, decision.grant
    if resource is None or grant is None:
        raise Refused("unknown_service")
    try:
        found = worker.find(resource, subject, needed(record.fields, grant))
    except (IndexDamaged, IndexMissing) as error:
        worker.tell(str(error))
        raise Refused("index_damaged") from None
    rows = shown(found.rows, record.fields, grant) if found is not None else []
    if found is None or not rows:
        return entry.NO_RECORD, b'{"data":null}'
    answer: dict[str, object] = {
        "data": rows[0],
        "as_of": found.as_of,
        "snapshot": found.snapshot,
        "score": resource.score(found.snapshot),
    }
    if len(rows) > 1:
        answer["rows"] = rows
    return entry.ANSWERED, _encoder.encode(answer)


def _entry(worker: Worker, record: Record, outcome: str, body: bytes) -> bytes:
    caller = record.caller
    book = worker.book
    age = worker.age(record.received)
    told = (record.call, record.client, record.user, record.service, record.purpose, record.case, *record.fields)
    if holds_identifier("\n".join(told)):
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
            response_hash=incoming.base64_of(hashlib.sha256(body).digest()),
            key=caller.key if caller else "",
            nonce=caller.nonce if caller else "",
            created=caller.created if caller else 0,
        )
    )


def _masked(worker: Worker, texts: tuple[str, ...]) -> tuple[str, ...]:
    book = worker.book
    known = (*book.systems, *book.services) if book else ()

    def hashed(identifier: str) -> bytes:
        try:
            return worker.subject_hash(identifier)
        except IndexDamaged:
            return b""

    return tuple(text if text in known else without_identifiers(text, hashed) for text in texts)


def _headers(record: Record, place: Place) -> Headers:
    segment, sequence, receipt = place
    headers = [
        ("x-road-client", record.client),
        ("x-road-service", record.service),
        ("x-road-id", record.call),
        ("x-road-request-id", record.trace),
        ("x-shudao-ledger", f"{segment}:{sequence}"),
        ("x-shudao-receipt", receipt.text()),
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
