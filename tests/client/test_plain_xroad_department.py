"""An unchanged X-Road client asks a department's own service, through the access point and a real gateway."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest

from shudao.client import keys
from shudao.client.receipts import Trust
from shudao.plane.ledger import reader
from tests.client.plain_xroad import PlainClient, XRoadError
from tests.client.point import Point
from tests.faces.gateway.department import FIELDS, SERVICE, Department, json_of, reply
from tests.faces.gateway.process import Place, person
from tests.plane.makers import CLIENT

PARTS = SERVICE.split("/")
ABOUT = [
    ("X-Road-Issue", "510000-1"),
    ("X-Shudao-Subject", person(1)),
    ("X-Shudao-Purpose", "household-registration"),
]


@pytest.fixture(scope="module")
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, department: Department) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("gateway"), networks="127.0.0.0/8")
    made.build()
    made.publish(
        resources=(department.resource(max_body=8 << 20),), grants=(made.grant(resource="dept-persons", fields=FIELDS),)
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def point(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Point]:
    made = Point.beside(place, tmp_path_factory.mktemp("point"))
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture
def plain(point: Point) -> PlainClient:
    return PlainClient(point.url, CLIENT.split("/"))


def test_path_and_query_reach_the_service_and_the_answer_carries_its_proof(
    plain: PlainClient, place: Place, department: Department, point: Point
) -> None:
    own = str(uuid.uuid4())
    answer = plain.call("GET", PARTS, "/persons/7", "at=2026-01", headers=[*ABOUT, ("X-Road-Id", own)])
    assert (answer.status, set(answer.json)) == (200, set(FIELDS))
    asked = department.asked[-1]
    assert (asked.target, asked.headers["x-road-id"]) == ("/api/persons/7?at=2026-01", own)
    assert asked.headers["x-road-client"] == CLIENT
    Trust(keys.load_public(point.folder / "gateway-keys")).check(
        answer.headers["x-shudao-ledger"], answer.headers["x-shudao-receipt"]
    )
    assert [each.entry.outcome for each in reader.entries(place.ledger) if each.entry.call == own] == ["answered"]


def test_a_large_question_and_a_large_answer_pass_as_they_are(plain: PlainClient, department: Department) -> None:
    content = bytes(range(256)) * (24 << 10)
    department.answers["/api/odd/file"] = reply(200, {"Content-Type": "application/octet-stream"}, content)
    answer = plain.call("GET", PARTS, "/odd/file", headers=ABOUT)
    assert (answer.headers["content-type"], answer.body) == ("application/octet-stream", content)
    body = json.dumps({"text": "试" * 100_000}).encode()
    assert plain.call("PUT", PARTS, "/files/1", body=body, headers=ABOUT).status == 200
    assert department.asked[-1].body == body


@pytest.mark.parametrize(
    ("path", "headers", "type"),
    [
        ("/admin", ABOUT, "Server.ServerProxy.AccessDenied"),
        ("/persons/%2e%2e/admin", ABOUT, "Client.InvalidRequest"),
        ("/persons/..", ABOUT, "Client.InvalidRequest"),
        (f"/persons/{person(1)}", ABOUT, "Client.InvalidRequest"),
        ("/persons/7", ABOUT[1:], "Server.ServerProxy.AccessDenied"),
        ("/persons/7", ABOUT[:1] + ABOUT[2:], "Client.MissingHeaderField"),
        ("/odd/down", ABOUT, "Server.ServerProxy.ServiceFailed"),
    ],
)
def test_every_refusal_has_the_documented_form(
    plain: PlainClient, department: Department, path: str, headers: list[tuple[str, str]], type: str
) -> None:
    department.answers["/api/odd/down"] = json_of({"inner": "words"}, 503)
    with pytest.raises(XRoadError) as caught:
        plain.call("GET", PARTS, path, headers=headers)
    assert caught.value.type == type
    assert "inner" not in caught.value.message
    uuid.UUID(caught.value.detail)


def test_the_metadata_tell_what_may_be_asked(plain: PlainClient) -> None:
    assert plain.methods(PARTS[:4], allowed=True) == ["dept-persons"]
    paths = plain.openapi(PARTS[:4], "dept-persons")["paths"]
    assert "get" in paths["/r1/" + SERVICE + "/persons/{id}"]
