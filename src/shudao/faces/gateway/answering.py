"""The answers of pooled resources: what is found is shown, or compared with what the caller says."""

from __future__ import annotations

import msgspec

from shudao.faces.gateway.comparing import agreed
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Question
from shudao.faces.gateway.recording import Record
from shudao.faces.gateway.worker import Worker
from shudao.plane import once
from shudao.plane.decision import Decision, needed, shown
from shudao.plane.grants import Grant
from shudao.plane.ledger import entry
from shudao.plane.lookup.contracts import Found, IndexDamaged, IndexMissing

NOTHING = b'{"data":null}'
_encoder = msgspec.json.Encoder()


def counted(worker: Worker, grant: Grant, record: Record) -> None:
    """Count one more answer on the grant's quota. Raises Refused: quota_used."""
    if grant.quota and not worker.once.reserve(grant.id, grant.quota, once.day_of(record.received)):
        raise Refused("quota_used")


def answer(worker: Worker, subject: bytes, question: Question, decision: Decision, record: Record) -> tuple[str, bytes]:
    """Return outcome and body for one subject. Raises Refused."""
    resource, grant = decision.resource, decision.grant
    if resource is None or grant is None:
        raise Refused("unknown_service")
    try:
        found = worker.find(resource, subject, needed(record.fields, grant))
    except (IndexDamaged, IndexMissing) as error:
        worker.tell(str(error))
        raise Refused("index_damaged") from None
    return told(found, question, decision, record)


def told(found: Found | None, question: Question, decision: Decision, record: Record) -> tuple[str, bytes]:
    """Return outcome and body for what was found."""
    resource, grant = decision.resource, decision.grant
    rows = shown(found.rows, record.fields, grant) if found is not None and grant is not None else []
    if found is None or resource is None or not rows:
        return entry.NO_RECORD, NOTHING
    answer: dict[str, object] = {
        "data": agreed(rows, question.verify) if question.verify else rows[0],
        "as_of": found.as_of,
        "snapshot": found.snapshot,
        "score": resource.score(found.snapshot),
    }
    if len(rows) > 1 and not question.verify:
        answer["rows"] = rows
    return entry.ANSWERED, _encoder.encode(answer)
