"""One call from the request to the durable answer. Nothing leaves before its ledger entry is on the disk."""

from __future__ import annotations

import math
from time import perf_counter
from typing import Any

from shudao.faces.gateway import addresses, answering, batches, faults, incoming
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming, Question
from shudao.faces.gateway.recording import Record, Reply, entry_of, headers_of, new_trace, unledgered
from shudao.faces.gateway.worker import Worker
from shudao.kernel import signatures
from shudao.kernel.time import now
from shudao.plane import once
from shudao.plane.decision import Call, Decision, Refusal, decide
from shudao.plane.ledger import entry
from shudao.plane.ledger.segment import LedgerUnavailable
from shudao.plane.lookup.contracts import IndexDamaged
from shudao.plane.once import StoreUnavailable

_RECORDED = 256  # characters of a header that the ledger keeps


async def call(worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None) -> Reply:
    """Answer a call to `/r1/…/{service}`; a refusal is an answer too, and both stand in the ledger first."""
    record = Record(new_trace(), now(), perf_counter(), address.service if address else "")
    subjects: list[bytes] = []
    extra: list[tuple[str, str]] = []
    try:
        try:
            question = await _asked(worker, scope, protocol, address, record)
            if question.subjects:
                subjects += [subject_of(worker, subject, record) for subject in question.subjects]
                return await batches.answer(worker, subjects, question, decided(worker, record), record)
            outcome, body = _answered(worker, question, record)
            status, kind, extra = (200 if outcome == entry.ANSWERED else 404), "application/json", extra
        except (Refused, StoreUnavailable) as error:
            outcome, (status, kind, body, extra) = refusal(error, record)
            await batches.refuse(worker, subjects, record, outcome, body)
        record.mark("find")
        place = await worker.ledger.append(entry_of(worker, record, outcome, body))
    except LedgerUnavailable:
        return unledgered(record)
    record.mark("ledger")
    return status, [("content-type", kind), *headers_of(record, place), *extra], body


def refusal(
    error: Refused | StoreUnavailable, record: Record
) -> tuple[str, tuple[int, str, bytes, list[tuple[str, str]]]]:
    """Return the outcome that the ledger keeps, and status, type, body and further headers of the answer."""
    refused = error if isinstance(error, Refused) else Refused("store_unavailable")
    status, kind, body, fault = faults.rendered(
        refused.code, refused.why, trace=record.trace, accept=record.accept, language=record.language
    )
    extra = [("x-road-error", fault), ("x-shudao-refusal", str(refused.code))]
    if refused.retry:
        extra.append(("retry-after", str(refused.retry)))
    return refused.code, (status, kind, body, extra)


async def _asked(
    worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None, record: Record
) -> Question:
    """Return what a proven caller asks. Raises Refused."""
    request = incoming.taken(scope)
    note_headers(record, request)
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
    record.verify = bool(question.verify)
    record.fields = tuple(question.verify) if question.verify else question.fields
    record.purpose = question.purpose
    return question


def _answered(worker: Worker, question: Question, record: Record) -> tuple[str, bytes]:
    subject = subject_of(worker, question.subject, record)
    record.mark("check")
    decision = decided(worker, record)
    if decision.grant is not None:
        answering.counted(worker, decision.grant, record)
    return answering.answer(worker, subject, question, decision, record)


def note_headers(record: Record, request: Incoming) -> None:
    """Note what the caller says of itself."""
    headers = request.headers
    record.accept, record.language = headers.get("accept", ""), headers.get("accept-language", "")
    record.client = headers.get("x-road-client", "")[:_RECORDED]
    record.call = headers.get("x-road-id", "")[:_RECORDED] or record.trace
    record.user = headers.get("x-road-userid", "")[:_RECORDED]
    record.case = headers.get("x-road-issue", "").strip()[:_RECORDED]


def subject_of(worker: Worker, subject: str, record: Record) -> bytes:
    """Return the subject's keyed hash, noted as well. Raises Refused."""
    try:
        hashed = worker.subject_hash(subject)
    except IndexDamaged:
        raise Refused("index_damaged") from None
    record.subject = hashed.hex()
    return hashed


def decided(worker: Worker, record: Record, method: str = "POST", path: str = "/") -> Decision:
    """Return the grant that lets the call through, its rate counted. Raises Refused."""
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
        verify=record.verify,
        method=method,
        path=path,
    )
    decision = decide(book, asked, record.received)
    record.grant = decision.grant.id if decision.grant else ""
    if decision.refusal is not None:
        raise Refused(decision.refusal)
    grant = decision.grant
    if grant is not None and grant.rate:
        wait = worker.once.take(grant.id, grant.rate)
        if wait:
            raise Refused(Refusal.RATE, retry=math.ceil(wait))
    return decision
