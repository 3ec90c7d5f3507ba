"""A department that answers by a service of its own has supplied once that service answered somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.exchange.queries import ledger
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.plane.ledger import entry
from shudao.plane.ledger.segment import Segment
from tests.contexts.exchange.conftest import Staff
from tests.contexts.exchange.test_registry_upstreams import proxied
from tests.plane import ledgers

Ask = Callable[..., ShareRequest]


def note(folder: Path, at: datetime, code: str, outcome: str) -> str:
    """Write a call to a resource's service into the ledger; return its name."""
    one = msgspec.structs.replace(
        ledgers.sample(0),
        instant=int(at.timestamp() * 1_000_000),
        service=f"SHUDAO/GOV/11519900MB00000002/pool/{code}",
        outcome=outcome,
    )
    segment = Segment(folder, keys.ledger_signer())
    written = segment.write([entry.encode(one)])
    segment.close()
    ledger.register().catch_up()
    return f"{written.segment}:{written.first}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outcome", [entry.ANSWERED, entry.NO_RECORD])
def test_the_duty_ends_with_the_first_answer_and_names_the_call(
    ask_for: Ask, staff: Staff, noon: datetime, settings: Any, outcome: str
) -> None:
    live = proxied(noon)
    exchange.register_resource(resource=live, acting=SYSTEM, now=noon, key="live")
    asked = ask_for(resource=live.code, fields=(live.items[0].name,))
    exchange.decide_request(number=asked.number, grant=True, opinion="同意", acting=staff.market, now=noon, key="yes")
    (owed,) = duties.listing(kind="exchange.supply").items
    folder = Path(settings.LEDGER_ROOT)
    assert exchange.note_supply(now=noon) == 0
    note(folder, noon, live.code, "upstream_timeout")
    note(folder, noon, "sjzy-other", entry.ANSWERED)
    note(folder, noon - timedelta(days=3), live.code, entry.ANSWERED)
    assert exchange.note_supply(now=noon) == 0, "failed, of another, too long ago"
    call = note(folder, noon, live.code, outcome)
    assert exchange.note_supply(now=noon) == 1
    assert exchange.note_supply(now=noon) == 0, "once"
    closed = duties.get(owed.number)
    assert (closed.state, closed.closing) == (DutyState.CLOSED, {"call": call})
    (grant,) = exchange.grants()
    assert grant.supplied_at == noon
