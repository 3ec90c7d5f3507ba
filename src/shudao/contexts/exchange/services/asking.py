"""Ask the gateway, as the platform's own system; whatever goes wrong is told within three seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shudao.client.calls import Refused, Unreachable
from shudao.contexts.exchange.adapters import gateway, keys, live
from shudao.contexts.exchange.contracts.answers import Answer, Compared, Unavailable, UnavailableReason
from shudao.contexts.exchange.contracts.registry import ONE_WINDOW
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import asking, sentences
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.texts import Text
from shudao.plane.decision import Refusal


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
    told = Purpose(purpose).value
    try:
        if entry.upstream is not None:
            with live.request(client, service, entry.upstream, subject_id, fields, told, case, acting.account) as reply:
                data, ledger, as_of = live.row(reply, fields), reply.headers["x-shudao-ledger"], now
        else:
            answer = client.call(service, subject_id, fields, told, case=case, user=acting.account)
            data, ledger = (answer.data if answer.found else None), answer.ledger
            as_of = datetime.fromisoformat(answer.as_of) if answer.found else now
    except Unreachable:
        raise _unavailable(sentences.down()) from None
    except Refused as refusal:
        raise _unavailable(sentences.refused(refusal.code), refusal.ledger) from None
    if data is None:
        raise _unavailable(sentences.no_record(), ledger)
    return Answer(fields=data, as_of=as_of, ledger_id=ledger, resource=resource)


def compare(
    *, resource: str, subject_id: str, purpose: Purpose, case: str, claims: Mapping[str, str], acting: Actor
) -> Compared:
    """Ask whether the source says the same of a subject. Raises Unavailable, as `ask`."""
    entry = catalogue.find_resources([resource]).get(resource)
    if entry is None:
        raise _unavailable(sentences.refused(Refusal.UNKNOWN_SERVICE))
    client = gateway.client(one_window_client(), keys.client_key())
    service = asking.service_id(entry.provider, entry.code)
    try:
        told = client.verify(service, subject_id, claims, purpose.value, case=case, user=acting.account)
    except Unreachable:
        raise _unavailable(sentences.down()) from None
    except Refused as refusal:
        raise _unavailable(sentences.refused(refusal.code), refusal.ledger) from None
    return Compared(dict(told.matches) if told.found else {}, told.ledger, resource)


def _unavailable(told: tuple[UnavailableReason, Text], ledger_id: str = "") -> Unavailable:
    reason, sentence = told
    return Unavailable(reason, sentence=sentence, ledger_id=ledger_id)
