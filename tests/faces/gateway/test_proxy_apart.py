"""One department's failure is its own: other departments' calls and pooled ones go on as if nothing were."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from shudao.plane.ledger import reader
from shudao.plane.ledger.verify import verify
from tests.faces.gateway import raw
from tests.faces.gateway.department import OWNER, PATH, Department, json_of
from tests.faces.gateway.process import Place, person
from tests.plane import makers

ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}
OTHER = f"/r1/{OWNER}/dept-other"


@pytest.fixture
def departments() -> Iterator[tuple[Department, Department]]:
    made = (Department(), Department())
    yield made
    for each in made:
        each.stop()


def started(own: Place, departments: tuple[Department, Department], workers: int = 1, **changes: object) -> None:
    own.networks, own.workers = "127.0.0.0/8", workers
    other = departments[1].resource(code="dept-other", service=f"{OWNER}/dept-other")
    granted = [
        own.grant(id=f"g-{code}", resource=code) for code in ("sjzy-population-basic", "dept-persons", "dept-other")
    ]
    own.publish(
        resources=(makers.resource(), departments[0].resource(**changes), other),
        grants=tuple(granted),
    )
    own.start()


def ask(place: Place, path: str) -> str:
    return raw.outcome(place.send(*raw.signed(place, method="GET", path=path, headers=ABOUT), timeout=60))


def together(count: int, call: Callable[[], str]) -> list[str]:
    """Return what so many calls at once came to."""
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(call())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hanging_service_is_asked_by_so_many_at_once_and_holds_up_nobody(
    own: Place, departments: tuple[Department, Department], workers: int
) -> None:
    hanging, _ = departments
    hanging.answers["/api/persons/7"] = hanging.hang
    started(own, departments, workers, timeout_ms=30_000)
    waiting: list[str] = []
    threads = [threading.Thread(target=lambda: waiting.append(ask(own, PATH + "/persons/7"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 3
    while len(hanging.asked) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(hanging.asked) == 4
    # Everything below ends while all four still hang.
    assert Counter(together(8, lambda: ask(own, PATH + "/persons/7"))) == {"upstream_busy": 8}
    assert Counter(together(20, lambda: raw.outcome(own.send(*raw.signed(own))))) == {"answered": 20}
    assert Counter(ask(own, OTHER + "/persons/7") for _ in range(20)) == {"answered": 20}
    assert (waiting, len(hanging.asked)) == ([], 4)
    hanging.let_go.set()
    for thread in threads:
        thread.join()
    assert waiting == ["upstream_broken"] * 4
    own.stop()
    assert verify(own.ledger, own.ring.verifiers("ledger")).problems == []
    outcomes = Counter(found.entry.outcome for found in reader.entries(own.ledger))
    assert outcomes == {"answered": 40, "upstream_busy": 8, "upstream_broken": 4}


def test_a_service_that_keeps_failing_is_left_alone_then_tried_and_taken_back(
    own: Place, departments: tuple[Department, Department]
) -> None:
    failing, _ = departments
    failing.answers["/api/persons/7"] = json_of({}, 503)
    started(own, departments)
    assert [ask(own, PATH + "/persons/7") for _ in range(5)] == ["upstream_error"] * 5
    status, headers, body = own.send(*raw.signed(own, method="GET", path=PATH + "/persons/7", headers=ABOUT))
    assert (status, headers["x-shudao-refusal"]) == (500, "upstream_resting")
    assert 1 <= int(headers["retry-after"]) <= 5
    assert failing.url.encode() not in body
    states = {line["service"]: line["state"] for line in json.loads(own.get("/health")[2])["upstreams"]}
    assert states == {"dept-persons": "open", "dept-other": "closed"}
    assert len(failing.asked) == 5
    assert (ask(own, OTHER + "/persons/7"), raw.outcome(own.send(*raw.signed(own)))) == ("answered", "answered")
    failing.answers.clear()
    deadline = time.monotonic() + 10
    while (said := ask(own, PATH + "/persons/7")) == "upstream_resting" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert said == "answered"
    assert json.loads(own.get("/health")[2])["upstreams"][0]["state"] == "closed"


def test_a_caller_s_own_mistakes_never_open_the_breaker(own: Place, departments: tuple[Department, Department]) -> None:
    service, _ = departments
    service.answers["/api/persons/7"] = json_of({}, 422)
    started(own, departments)
    assert [ask(own, PATH + "/persons/7") for _ in range(6)] == ["upstream_declined"] * 6
    body = bytes(200_000)
    for _ in range(6):
        method, path, headers, _ = raw.signed(own, method="PUT", path=PATH + "/files/1", headers=ABOUT, body=body)
        assert raw.outcome(own.send(method, path, headers, body[:-1] + b"x")) == "signature_refused"
    assert ask(own, PATH + "/persons/8") == "answered"


def test_a_service_on_an_address_that_is_not_listed_is_never_asked(
    own: Place, departments: tuple[Department, Department]
) -> None:
    started(own, departments)
    own.stop()
    own.networks = "127.0.0.2/32"
    own.start()
    assert ask(own, PATH + "/persons/7") == "upstream_address"
    assert departments[0].asked == []
    assert "dept-persons: address 127.0.0.1" in own.log.read_text()


def test_a_changed_register_moves_the_calls_and_a_taken_back_service_is_gone(
    own: Place, departments: tuple[Department, Department]
) -> None:
    first, second = departments
    started(own, departments)
    assert ask(own, PATH + "/persons/7") == "answered"
    grant = own.grant(resource="dept-persons", fields=("name",))
    own.publish(resources=(second.resource(),), grants=(grant,))
    own.await_version()
    assert ask(own, PATH + "/persons/7") == "answered"
    assert (len(first.asked), len(second.asked)) == (1, 1)
    own.publish(resources=(), grants=())
    own.await_version()
    assert ask(own, PATH) == "unknown_service"
    assert json.loads(own.get("/health")[2])["upstreams"] == []


def test_a_service_that_takes_nothing_is_given_up_in_its_own_time(
    own: Place, departments: tuple[Department, Department]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        started(own, departments, url=url, timeout_ms=300, max_body=64 << 20)
        body = bytes(32 << 20)
        call = raw.signed(own, method="PUT", path=PATH + "/files/1", headers=ABOUT, body=body)
        with suppress(OSError):  # the answer comes while the body is still under way
            own.send(*call, timeout=30)
        assert raw.outcome(own.send(*raw.signed(own))) == "answered"
    assert [found.entry.outcome for found in reader.entries(own.ledger)] == ["upstream_timeout", "answered"]


def test_a_call_that_no_service_answered_uses_up_no_quota(
    own: Place, departments: tuple[Department, Department]
) -> None:
    own.networks = "127.0.0.0/8"
    grant = own.grant(resource="dept-persons", fields=("name",), quota=2)
    own.publish(resources=(departments[0].resource(),), grants=(grant,))
    own.start()
    departments[0].answers["/api/persons/1"] = json_of({}, 503)
    path = PATH + "/persons/"
    said = [ask(own, path + number) for number in ("1", "2", "1", "3", "4")]
    assert said == ["upstream_error", "answered", "upstream_error", "answered", "quota_used"]
    assert own.stop() == 0
    assert "Unclosed" not in own.log.read_text()


def test_answers_only_from_the_pool_load_no_http_client(own: Place) -> None:
    own.publish()
    own.start()
    assert raw.outcome(own.send(*raw.signed(own))) == "answered"
    assert "upstreams" not in json.loads(own.get("/health")[2])
    worker = json.loads(own.get("/health")[2])["worker"]
    with open(f"/proc/{worker}/maps", encoding="utf-8") as maps:
        assert "aiohttp" not in maps.read()
