"""The platform asks a department's own service for a person's fields as it asks the pool, and tells people the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.answers import UnavailableReason
from shudao.contexts.exchange.contracts.registry import Endpoint, Upstream
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.time import local_date, now
from tests.contexts.exchange.conftest import Staff
from tests.contexts.exchange.test_ask import ask, refused
from tests.contexts.exchange.test_registry_upstreams import proxied
from tests.faces.gateway.department import Department, json_of, reply
from tests.faces.gateway.process import Place

pytestmark = pytest.mark.django_db
PERSON = "519901199001010010"


@pytest.fixture
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


@pytest.fixture
def live(
    catalogue: None,
    ask_for: Callable[..., ShareRequest],
    staff: Staff,
    department: Department,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Callable[[Endpoint], tuple[str, str]]]:
    """Register the service with one endpoint, have its first field granted, and start the gateway."""
    place = Place(tmp_path, networks="127.0.0.0/8")

    def begin(endpoint: Endpoint) -> tuple[str, str]:
        today = local_date(now())
        made = replace(proxied(now()), upstream=Upstream(department.url, (endpoint,)))
        exchange.register_resource(resource=made, acting=SYSTEM, now=now(), key="live")
        field = made.items[0].name
        asked = ask_for(
            resource=made.code, fields=(field,), valid_from=today, valid_to=today + timedelta(days=9), now=now()
        )
        exchange.decide_request(
            number=asked.number, grant=True, opinion="同意", acting=staff.market, now=now(), key="yes"
        )
        exchange.publish_snapshot(now=now())
        place.start()
        settings.GATEWAY_ADDRESS = f"127.0.0.1:{place.port}"
        return made.code, field

    yield begin
    if place.process is not None:
        place.kill()


@pytest.mark.parametrize("endpoint", [Endpoint("GET", "/company"), Endpoint("POST", "/")])
def test_a_person_is_asked_for_by_header_or_body_and_only_granted_fields_come(
    live: Callable[[Endpoint], tuple[str, str]], department: Department, endpoint: Endpoint
) -> None:
    code, field = live(endpoint)
    department.answers[endpoint.path] = json_of([{field: "甲", "other": "x"}])
    answer = ask(PERSON, field, resource=code)
    assert dict(answer.fields) == {field: "甲"}
    asked = department.asked[-1]
    assert (asked.method, asked.target, asked.headers["x-shudao-subject"]) == (endpoint.method, endpoint.path, PERSON)
    (line,) = exchange.ledger_entries(case=asked.headers["x-road-issue"])
    assert (line.entry, line.outcome, line.fields) == (answer.ledger_id, "answered", (field,))
    for nobody in (json_of([]), json_of({}, 404)):
        department.answers[endpoint.path] = nobody
        assert refused(field, subject=PERSON, resource=code).reason is UnavailableReason.NO_RECORD
    department.answers[endpoint.path] = json_of({"inner": "words"}, 503)
    down = refused(field, subject=PERSON, resource=code)
    assert (down.reason, "inner" in str(down.sentence)) == (UnavailableReason.GATEWAY_DOWN, False)
    assert down.ledger_id
    department.answers[endpoint.path] = reply(200, {"Content-Type": "text/html"}, b"<html>")
    assert refused(field, subject=PERSON, resource=code).ledger_id


def test_a_service_that_can_only_be_asked_by_its_own_numbers_is_not_asked(
    live: Callable[[Endpoint], tuple[str, str]], department: Department
) -> None:
    code, field = live(Endpoint("GET", "/companies/{id}"))
    assert refused(field, subject=PERSON, resource=code).reason is UnavailableReason.REFUSED
    assert department.asked == []
