"""One call from the request to the durable answer. Nothing leaves before its ledger entry is on the disk."""

from __future__ import annotations

import math
from functools import partial
from time import perf_counter
from typing import Any

from shudao.faces.gateway import addresses, answering, batches, faults, incoming
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming, Question
from shudao.faces.gateway.recording import Headers, Record, Reply, entry_of, headers_of, new_trace, unledgered
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
_JSON = "application/json"
_Told = tuple[int, str, bytes, Headers]  # status, content type, body, further headers


async def call(worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None) -> Reply:
    """Answer a call to `/r1/…/{service}`; a refusal is an answer too, and both stand in the ledger first."""
    record = Record(new_trace(), now(), perf_counter(), address.service if address else "")
    subjects: list[bytes] = []
    try:
        try:
            question = await _asked(worker, scope, protocol, address, record)
            if question.subjects:
                subjects += [subject_of(worker, subject, record) for subject in question.subjects]
                return await batches.answer(worker, subjects, question, decided(worker, record), record)
            outcome, body = _answered(worker, question, record)
            told: _Told = (200 if outcome == entry.ANSWERED else 404, _JSON, body, [])
        except (Refused, StoreUnavailable) as error:
            outcome, told = refusal(error, record)
            await batches.refuse(worker, subjects, record, outcome, told[2])
        record.mark("find")
        line = entry_of(worker, record, outcome, told[2])
        if record.claim:
            place = await worker.ledger.append(line, claim=record.claim, instead=partial(_instead, worker, record))
        else:
            place = await worker.ledger.append(line)
    except LedgerUnavailable:
        return unledgered(record)
    if place.refused:
        told = refusal(Refused(place.refused), record)[1]
    record.mark("ledger")
    status, kind, body, extra = told
    return status, [("content-type", kind), *headers_of(record, place), *extra], body


def _instead(worker: Worker, record: Record, code: str) -> bytes:
    """Return the entry of a call that turned out to be none: nothing of what it asks for stands there."""
    record.forget()
    return entry_of(worker, record, code, refusal(Refused(code), record)[1][2])


def refusal(error: Refused | StoreUnavailable, record: Record) -> tuple[str, _Told]:
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
    method = scope.method
    if method not in ("GET", "POST"):
        raise Refused("invalid_method")
    if method == "POST":
        await incoming.read_body(request, protocol)
    book = worker.book
    if book is None:
        raise Refused("no_snapshot")
    caller = worker.authentication.proven(request, book, record.received)
    record.claim = once.nonce_key(caller.created, caller.client, caller.nonce)
    resource = book.services.get(record.service)
    if resource is None or resource.upstream is not None:
        _claim(worker, record)  # at once: whatever is done from here on is done for this call
    record.caller = caller
    record.request_hash = signatures.request_hash(caller.base, request.body)
    question = incoming.ask(request)
    if question.subjects:
        _claim(worker, record)
    record.verify = bool(question.verify)
    record.fields = tuple(question.verify) if question.verify else question.fields
    record.purpose = question.purpose
    return question


def _claim(worker: Worker, record: Record) -> None:
    """
    Claim the call's nonce now, unless that was done. Raises Refused: replayed; StoreUnavailable.

    What only reads the pool for one subject leaves it to the ledger's group commit, where it is cheaper: nothing
    leaves before that, and if it was claimed before, the refusal stands in the ledger instead.
    """
    claim, record.claim = record.claim, b""
    if claim and not worker.once.claim_all([claim])[0]:
        record.forget()
        raise Refused("replayed")


def _answered(worker: Worker, question: Question, record: Record) -> tuple[str, bytes]:
    subject = subject_of(worker, question.subject, record)
    record.mark("check")
    decision = decided(worker, record)
    if decision.grant is not None:
        answering.counted(worker, decision.grant, record)
    return answering.answer(worker, subject, question, decision, record)


def note_headers(record: Record, request: Incoming) -> None:
    """Take from the headers what the ledger keeps."""
    get = request.headers.get
    record.accept, record.language = get("accept", ""), get("accept-language", "")
    record.client = get("x-road-client", "")[:_RECORDED]
    record.call = get("x-road-id", "")[:_RECORDED] or record.trace
    record.user = get("x-road-userid", "")[:_RECORDED]
    record.case = get("x-road-issue", "").strip()[:_RECORDED]


def subject_of(worker: Worker, subject: str, record: Record) -> bytes:
    """Return the subject's keyed hash. Raises Refused: index_damaged."""
    try:
        hashed = worker.subject_hash(subject)
    except IndexDamaged:
        raise Refused("index_damaged") from None
    record.subject = hashed.hex()
    return hashed


def decided(worker: Worker, record: Record, method: str = "POST", path: str = "/") -> Decision:
    """Return the grant that lets the call through, its rate counted. Raises Refused; StoreUnavailable."""
    book = worker.book
    if book is None:
        raise Refused("no_snapshot")
    received = record.received
    record.age = age = worker.age(received)
    asked = Call(
        record.client,
        record.service,
        record.purpose,
        record.case,
        record.fields,
        age,
        worker.once.used_at(received),
        record.verify,
        method,
        path,
    )
    decision = decide(book, asked, received)
    grant = decision.grant
    record.grant = grant.id if grant else ""
    if decision.refusal is not None:
        raise Refused(decision.refusal)
    if grant is not None and (grant.rate or grant.quota):
        _claim(worker, record)
        wait = worker.once.take(grant.id, grant.rate) if grant.rate else 0
        if wait:
            raise Refused(Refusal.RATE, retry=math.ceil(wait))
    return decision
