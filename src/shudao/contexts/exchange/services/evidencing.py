"""Look into the evidence: a person's calls, for a reason; one call with its proof; its archive. Looks are audited."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.evidence import CallFilter, Evidence, FoundCalls, LedgerMark
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.queries import evidence as evidences
from shudao.contexts.exchange.queries import ledger
from shudao.contexts.exchange.services import sealing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound
from shudao.plane.ledger import evidence, frames
from shudao.plane.ledger.evidence import Gathered
from shudao.plane.ledger.register import Place

LOOKED_UP, TAKEN = "exchange.evidence_of_person", "exchange.evidence_taken"
_MOST = 200
_IDENTIFIER = re.compile(r"[0-9]{17}[0-9Xx]")


def of_person(*, resident_id: str, reason: str, asked: CallFilter, acting: Actor, now: datetime) -> FoundCalls:
    evidences.departments(acting)
    subject = _subject(resident_id.strip(), reason.strip())
    with outbox.unit_of_work():
        audit.record(acting=acting, action=LOOKED_UP, target=f"subject:{subject}", now=now, reason=reason.strip())
    return evidences.find(asked, subject=subject, page=1, size=_MOST, acting=acting)


def of_call(entry: str, *, acting: Actor) -> Evidence:
    found = _gathered(entry, acting)
    one = found.entry
    return Evidence(
        line=evidences.line_of(Place(found.segment, found.sequence, one)),
        call=one.call,
        key=one.key,
        snapshot=one.snapshot,
        age=one.age,
        text=found.body.decode(),
        proof=sealing.proof_of(found.proof) if found.proof else None,
        holds=found.holds,
        cosigned=tuple(LedgerMark(g.witness, datetime.fromisoformat(g.instant), g.size) for g in found.cosignatures),
        stamped=tuple(LedgerMark("", datetime.fromisoformat(g.instant), g.size) for g in found.stamps),
    )


def archive(entry: str, *, acting: Actor, now: datetime) -> bytes:
    found = _gathered(entry, acting)
    content = evidence.archive(found, keys.ledger_public())
    with outbox.unit_of_work():
        audit.record(acting=acting, action=TAKEN, target=entry, now=now, case=found.entry.case[:80])
    return content


def _gathered(entry: str, acting: Actor) -> Gathered:
    segment, _, number = entry.rpartition(":")
    if not segment.isalnum() or not number.isdecimal() or len(number) > 12:
        raise NotFound
    ledger.register().catch_up()
    try:
        found = evidence.gather(Path(settings.LEDGER_ROOT), segment, int(number))
    except frames.SegmentDamaged as damaged:
        raise NotFound from damaged
    evidences.check_sees(found.entry, acting)
    return found


def _subject(resident_id: str, reason: str) -> str:
    problems = {}
    if not _IDENTIFIER.fullmatch(resident_id):
        problems["resident_id"] = "请填写18位居民身份号码。"
    if not reason:
        problems["reason"] = "请填写查询理由。"
    if problems:
        raise RequestInvalid(fields=problems)
    return identity.person_key(resident_id)
