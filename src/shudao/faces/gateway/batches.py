"""Several subjects in one call: each has its own look-up, its own count on the quota, its own ledger entry."""

from __future__ import annotations

import asyncio

import msgspec

from shudao.faces.gateway import answering, faults
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Question
from shudao.faces.gateway.recording import Record, Reply, entry_of, headers_of
from shudao.faces.gateway.worker import Worker
from shudao.plane.decision import Decision
from shudao.plane.once import StoreUnavailable

_AT_A_TIME = 8  # look-ups before other calls have their turn


async def answer(
    worker: Worker, subjects: list[bytes], question: Question, decision: Decision, record: Record
) -> Reply:
    """Return the answers in the subjects' order, every entry durable. Raises LedgerUnavailable."""
    parts: list[tuple[str, bytes]] = []
    for number, subject in enumerate(subjects):
        if number % _AT_A_TIME == _AT_A_TIME - 1:
            await asyncio.sleep(0)
        parts.append(_one(worker, subject, question, decision, record))
    record.mark("find")
    waiting = []
    for subject, (outcome, body) in zip(subjects, parts, strict=True):
        record.subject = subject.hex()
        waiting.append(worker.ledger.append(entry_of(worker, record, outcome, body)))
    places = await asyncio.gather(*waiting)
    record.mark("ledger")
    told = [
        body[:-1] + f',"ledger":"{place.segment}:{place.sequence}"}}'.encode()
        for (_, body), place in zip(parts, places, strict=True)
    ]
    body = b'{"answers":[' + b",".join(told) + b"]}"
    return 200, [("content-type", "application/json"), *headers_of(record, places[-1])], body


async def refuse(worker: Worker, subjects: list[bytes], record: Record, outcome: str, body: bytes) -> None:
    """Enter the refusal of a whole batch for every subject but the last, whose entry the caller of this makes."""
    last = record.subject
    waiting = []
    for subject in subjects[:-1]:
        record.subject = subject.hex()
        waiting.append(worker.ledger.append(entry_of(worker, record, outcome, body)))
    record.subject = last
    await asyncio.gather(*waiting)


def _one(worker: Worker, subject: bytes, question: Question, decision: Decision, record: Record) -> tuple[str, bytes]:
    try:
        if decision.grant is not None:
            answering.counted(worker, decision.grant, record)
        return answering.answer(worker, subject, question, decision, record)
    except (Refused, StoreUnavailable) as error:
        code = error.code if isinstance(error, Refused) else "store_unavailable"
        message = faults.FAULTS[code].says.said(faults.language_of(record.language))
        return code, msgspec.json.encode({"refusal": code, "type": faults.FAULTS[code].type, "message": message})
