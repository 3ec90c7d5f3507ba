"""The platform asks the real gateway and gets what was granted, or a reason that people understand, in time."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demo import people
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.answers import Answer, Unavailable, UnavailableReason
from shudao.contexts.exchange.contracts.rights import Purpose, ShareRequest
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import Batch
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import NotFound
from shudao.kernel.time import local_date, now
from tests.contexts.exchange.conftest import COMPANY, POPULATION, Staff
from tests.faces.gateway.process import Place

pytestmark = pytest.mark.django_db
CLERK = Actor("01CLERK", "staff")
CASE = "11519901000000000034510107009006202611240001"


def ask(subject: str, *fields: str, resource: str = POPULATION, **changes: Any) -> Answer:
    parts: dict[str, Any] = {"purpose": Purpose.HANDLING, "case": CASE, "acting": CLERK, "now": now()} | changes
    return exchange.ask(resource=resource, subject_id=subject, fields=fields or ("name", "birth_date"), **parts)


def refused(*fields: str, subject: str = "519901190001010010", **changes: Any) -> Unavailable:
    with pytest.raises(Unavailable) as refusal:
        ask(subject, *fields, **changes)
    assert refusal.value.sentence.zh
    assert refusal.value.sentence.en
    return refusal.value


@pytest.fixture
def grant(ask_for: Callable[..., ShareRequest], staff: Staff) -> Callable[..., str]:
    """Have a grant given by the source department, and published."""

    def give(decider: str = "police", **changes: Any) -> str:
        today = local_date(now())
        parts = {"valid_from": today, "valid_to": today + timedelta(days=9), "now": now()} | changes
        asked = ask_for(**parts)
        decided = exchange.decide_request(
            number=asked.number, grant=True, opinion="同意", acting=getattr(staff, decider), now=now(), key=asked.number
        )
        exchange.publish_snapshot(now=now())
        return decided.grant

    return give


@pytest.fixture
def gateway(catalogue: None, deliver: Callable[..., Batch], settings: Any, tmp_path: Path) -> Iterator[Place]:
    """The real process over this test's own pool, snapshots and ledger."""
    deliver("population")
    exchange.publish_snapshot(now=now())
    place = Place(tmp_path)
    place.start()
    settings.GATEWAY_ADDRESS = f"127.0.0.1:{place.port}"
    yield place
    place.kill()


def test_every_dataset_knows_how_often_it_was_asked_and_which_nobody_asks_for(
    gateway: Place, grant: Callable[..., str], world: people.World
) -> None:
    grant()
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    for person in world.people[:3]:
        ask(person.resident_id)
    refused("name", subject="519901190001010010")
    today = local_date(now())
    for _ in range(2):
        assert exchange.count_use(now=now())[today]["population"] == (4, 3)
    asked = {row.dataset: row for row in pool.use(since=today, until=today)}
    assert (asked["population"].calls, asked["population"].answered) == (4, 3)
    assert [row.dataset for row in pool.use(since=today, until=today) if row.unused] == ["company-licences", "marriage"]
    assert all(row.unused for row in pool.use(since=today - timedelta(days=9), until=today - timedelta(days=3)))


def follow(place: Place, version: int) -> None:
    """Wait until the gateway has taken over a snapshot; it looks twice a second."""
    deadline = monotonic() + 10
    while json.loads(place.get("/health")[2])["snapshot"] < version:
        assert monotonic() < deadline


def test_granted_fields_are_answered_and_the_ledger_says_so_before(
    gateway: Place, grant: Callable[..., str], world: people.World
) -> None:
    number = grant()
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    wang = world.people[0]
    answer = ask(wang.resident_id)
    assert dict(answer.fields) == {"name": "王秀兰", "birth_date": "1990-05-17"}
    (line,) = exchange.ledger_entries(case=CASE)
    assert (line.entry, line.grant, line.outcome, line.user) == (answer.ledger_id, number, "answered", CLERK.account)
    assert (line.resource, line.client) == (POPULATION, exchange.one_window_client())
    assert line.subject == identity.person_key(wang.resident_id)
    assert exchange.disclosures(line.subject) == [line]
    assert wang.resident_id.encode() not in b"".join(
        path.read_bytes() for path in gateway.ledger.rglob("*") if path.is_file()
    )

    assert refused("name", subject="519901190001010010").reason is UnavailableReason.NO_RECORD
    beyond = refused("name", "hukou_address", subject=wang.resident_id)
    assert beyond.reason is UnavailableReason.NO_GRANT
    assert beyond.ledger_id
    assert refused("name", subject=wang.resident_id, purpose=Purpose.SUPERVISION).reason is UnavailableReason.NO_GRANT
    assert refused("name", subject=wang.resident_id, case="").reason is UnavailableReason.REFUSED
    assert refused("name", resource=COMPANY).reason is UnavailableReason.NO_GRANT
    assert [one.outcome for one in exchange.disclosures(line.subject)] == ["answered"], "refusals disclosed nothing"

    exchange.ledger_checkpoint(now=now())
    assert exchange.ledger_verify().ok


def test_a_row_outside_the_grants_division_is_as_good_as_none(
    gateway: Place, grant: Callable[..., str], world: people.World
) -> None:
    grant(row_scope="510107000000")
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    inside = next(one for one in world.people[20:] if one.place.code.startswith("510107"))
    outside = world.people[4]
    assert outside.place.code.startswith("5116")
    assert ask(inside.resident_id).fields["name"] == inside.name
    assert refused("name", subject=outside.resident_id).reason is UnavailableReason.NO_RECORD


def test_a_revoked_grant_answers_nothing_any_more(
    gateway: Place, grant: Callable[..., str], world: people.World, staff: Staff
) -> None:
    number = grant()
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    ask(world.people[0].resident_id)
    exchange.revoke(grant=number, reason="不再需要", acting=staff.police, now=now(), key="revoke")
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    assert refused("name", subject=world.people[0].resident_id).reason is UnavailableReason.NO_GRANT


def test_the_ledger_is_verified_and_proved_from_the_command_line(
    gateway: Place, grant: Callable[..., str], world: people.World, capsys: pytest.CaptureFixture[str]
) -> None:
    grant()
    follow(gateway, exchange.publish_snapshot(now=now()).number)
    answer = ask(world.people[0].resident_id)
    gateway.stop()
    call_command("ledger", "checkpoint")
    call_command("ledger", "verify", "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["ok"], told["entries"]) == (True, 1)
    proof = exchange.ledger_proof(answer.ledger_id)
    assert (proof.root, proof.size) == (told["root"], 1)
    with pytest.raises(NotFound):
        exchange.ledger_proof("../../etc:1")
    segment = next(gateway.ledger.rglob(f"{answer.ledger_id.rpartition(':')[0]}*"))
    content = bytearray(segment.read_bytes())
    content[content.index(CASE.encode())] ^= 1
    segment.write_bytes(content)
    with pytest.raises(CommandError, match="not what was written"):
        call_command("ledger", "verify")
    assert segment.name in capsys.readouterr().out


def test_a_stopped_gateway_is_told_at_once(catalogue: None, settings: Any) -> None:
    settings.GATEWAY_ADDRESS = "127.0.0.1:9"
    began = monotonic()
    assert refused().reason is UnavailableReason.GATEWAY_DOWN
    assert monotonic() - began < 3


def test_a_gateway_that_says_nothing_is_given_up_within_three_seconds(catalogue: None, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.GATEWAY_ADDRESS = f"127.0.0.1:{listener.getsockname()[1]}"
        began = monotonic()
        assert refused().reason is UnavailableReason.GATEWAY_DOWN
        assert monotonic() - began < 3


def test_something_else_on_the_gateways_port_is_no_answer(catalogue: None, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{"data": {"a":1}}'[:60])

        thread = threading.Thread(target=answer)
        thread.start()
        settings.GATEWAY_ADDRESS = f"127.0.0.1:{listener.getsockname()[1]}"
        assert refused().reason is UnavailableReason.GATEWAY_DOWN
        thread.join()
