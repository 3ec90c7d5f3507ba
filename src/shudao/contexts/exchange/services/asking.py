"""Ask the gateway, as the platform's own system; whatever goes wrong is told within three seconds."""

from __future__ import annotations

from datetime import datetime

from shudao.client.calls import Refused, Unreachable
from shudao.contexts.exchange.adapters import gateway, keys
from shudao.contexts.exchange.contracts.answers import Answer, Unavailable, UnavailableReason
from shudao.contexts.exchange.contracts.registry import ONE_WINDOW
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import asking, sentences
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.texts import Text


def one_window_client() -> str:
    return asking.client_id(keys.bureau(), ONE_WINDOW)


def ask(
    *,
    resource: str,
    subject_id: str,
    purpose: Purpose | str,
    case: str,
    fields: tuple[str, ...],
    acting: Actor,
    now: datetime,
) -> Answer:
    entry = catalogue.resource(resource)
    client = gateway.client(one_window_client(), keys.client_key())
    service = asking.service_id(entry.provider, entry.code)
    try:
        reply = client.call(service, subject_id, fields, Purpose(purpose).value, case=case, user=acting.account)
    except Unreachable:
        raise _unavailable(sentences.down()) from None
    except Refused as refusal:
        raise _unavailable(sentences.refused(refusal.code), refusal.ledger) from None
    if not reply.found:
        raise _unavailable(sentences.no_record(), reply.ledger)
    as_of = datetime.fromisoformat(reply.as_of)
    return Answer(fields=reply.data, as_of=as_of, ledger_id=reply.ledger, resource=resource)


def _unavailable(told: tuple[UnavailableReason, Text], ledger_id: str = "") -> Unavailable:
    reason, sentence = told
    return Unavailable(reason, sentence=sentence, ledger_id=ledger_id)
