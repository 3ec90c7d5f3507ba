"""A department that answers by a service of its own has supplied once that service answers, or can be reached."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.exchange.queries import ledger
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.kernel.time import local_date
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


@pytest.fixture(autouse=True)
def health(settings: Any) -> Iterator[dict[str, Any]]:
    """A gateway that says of itself what the test puts here."""
    said: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.GATEWAY_ADDRESS = f"127.0.0.1:{server.server_port}"
    yield said
    server.shutdown()
    server.server_close()


@pytest.fixture
def live(ask_for: Ask, staff: Staff, noon: datetime) -> Resource:
    """An entry that a department's own service answers, with a grant whose supply is owed."""
    found = proxied(noon)
    exchange.register_resource(resource=found, acting=SYSTEM, now=noon, key="live")
    asked = ask_for(resource=found.code, fields=(found.items[0].name,))
    exchange.decide_request(number=asked.number, grant=True, opinion="同意", acting=staff.market, now=noon, key="yes")
    return found


def line(code: str, **changes: Any) -> dict[str, Any]:
    return {"service": code, "state": "closed", "calls": 0, "rest_seconds": 0.0, "reachable": True} | changes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outcome", [entry.ANSWERED, entry.NO_RECORD])
def test_the_duty_ends_with_the_first_answer_and_names_the_call(
    live: Resource, noon: datetime, settings: Any, outcome: str
) -> None:
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


@pytest.mark.django_db(transaction=True)
def test_a_service_that_nobody_calls_has_supplied_once_the_gateway_reaches_it(
    live: Resource, noon: datetime, health: dict[str, Any]
) -> None:
    (owed,) = duties.listing(kind="exchange.supply").items
    health["upstreams"] = [line("sjzy-other"), line(live.code)]
    assert exchange.note_supply(now=noon) == 1
    closed = duties.get(owed.number)
    assert (closed.state, closed.closing) == (DutyState.CLOSED, {"reached": noon.isoformat()})
    assert exchange.grants()[0].supplied_at == noon


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "told",
    [{"reachable": False}, {"reachable": None}, {"state": "open"}, {"state": "half-open"}, {"service": "sjzy-x"}],
)
def test_while_the_service_is_not_there_it_stays_owed(
    live: Resource, noon: datetime, health: dict[str, Any], told: dict[str, Any]
) -> None:
    health["upstreams"] = [line(live.code, **told)]
    assert exchange.note_supply(now=noon) == 0
    late = noon + timedelta(days=60)
    assert exchange.note_supply(now=late) == 0
    (grant,) = exchange.grants()
    assert grant.supplied_at is None
    assert grant.supply_overdue(local_date(late)), "the duty's day passed, and it still is owed"


@pytest.mark.django_db(transaction=True)
def test_being_reached_is_not_enough_for_a_service_that_fails_its_calls(
    live: Resource, noon: datetime, health: dict[str, Any], settings: Any
) -> None:
    health["upstreams"] = [line(live.code)]
    note(Path(settings.LEDGER_ROOT), noon, live.code, "upstream_error")
    assert exchange.note_supply(now=noon) == 0
    assert exchange.note_supply(now=noon + timedelta(days=3)) == 1, "of late it failed nothing"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["127.0.0.1:1", "gateway.invalid:80"])
def test_without_a_gateway_nothing_is_taken_to_be_there(
    live: Resource, noon: datetime, settings: Any, address: str
) -> None:
    settings.GATEWAY_ADDRESS = address
    assert exchange.note_supply(now=noon) == 0
