"""An unchanged X-Road client calls through the access point what a real gateway answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from shudao.client import keys, receipts
from tests.client.plain_xroad import PlainClient, XRoadError
from tests.client.point import Point
from tests.faces.gateway.process import Place, person, question
from tests.plane.makers import CLIENT, SERVICE

OWNER, CODE = SERVICE.split("/")[:4], SERVICE.split("/")[4]
PARTS, ISSUE = SERVICE.split("/"), ("X-Road-Issue", "510000-1")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("gateway"))
    made.build()
    made.publish()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def point(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Point]:
    made = Point.beside(place, tmp_path_factory.mktemp("point"), "--body-limit", "100000")
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture
def plain(point: Point) -> PlainClient:
    return PlainClient(point.url, CLIENT.split("/"))


def refused(plain: PlainClient, **changes: object) -> XRoadError:
    taken: dict[str, object] = {"method": "POST", "service": PARTS, "body": question(), "headers": [ISSUE]}
    with pytest.raises(XRoadError) as caught:
        plain.call(**(taken | changes))
    uuid.UUID(caught.value.detail)
    return caught.value


def test_an_answer_with_all_that_the_document_promises(plain: PlainClient, point: Point) -> None:
    own = str(uuid.uuid4())
    answer = plain.call("POST", PARTS, body=question(), headers=[ISSUE, ("X-Road-Id", own)])
    assert (answer.status, answer.json["data"]) == (200, {"name": "试验人1"})
    told = answer.headers
    assert (told["x-road-id"], told["x-road-client"], told["x-road-service"]) == (own, CLIENT, SERVICE)
    assert told["x-road-request-hash"]
    uuid.UUID(told["x-road-request-id"])
    assert told["content-type"].startswith("application/json")
    last = (point.folder / "receipts").glob("*.jsonl")
    kept = [json.loads(line) for file in last for line in file.read_bytes().splitlines()]
    assert kept[-1]["call"] == own
    receipts.Trust(keys.load_public(point.folder / "gateway-keys")).check(kept[-1]["ledger"], kept[-1]["receipt"])
    assert person(1) not in str(kept) + point.log


def test_a_get_asks_by_headers_and_gets_an_id(plain: PlainClient) -> None:
    asked = [("X-Shudao-Subject", person(2)), ("X-Shudao-Fields", "name"), ISSUE]
    answer = plain.call("GET", PARTS, headers=[*asked, ("X-Shudao-Purpose", "household-registration")])
    assert answer.json["data"] == {"name": "试验人2"}
    uuid.UUID(answer.headers["x-road-id"])


def test_an_unknown_subject_is_the_services_answer_not_x_roads(plain: PlainClient) -> None:
    answer = plain.call("POST", PARTS, body=question(subject="519901000000000000"), headers=[ISSUE])
    assert (answer.status, answer.json) == (404, {"data": None})


def test_metadata(plain: PlainClient) -> None:
    assert plain.clients() == plain.clients(xml=True) == [CLIENT]
    assert plain.methods(OWNER) == plain.methods(OWNER, allowed=True) == [CODE]
    assert plain.openapi(OWNER, CODE)["openapi"].startswith("3.")
    with pytest.raises(XRoadError) as caught:
        plain.openapi(OWNER, "none")
    assert caught.value.type == "Server.ServerProxy.UnknownService"


def test_personal_data_need_an_issue(plain: PlainClient) -> None:
    told = refused(plain, headers=[])
    assert (told.status, told.type) == (500, "Server.ServerProxy.AccessDenied")
    assert "X-Road-Issue" in told.message


def test_errors_come_in_json_or_in_xml(plain: PlainClient) -> None:
    for accept, media in (("", "application/json"), ("application/json", "application/json"), ("text/xml", "text/xml")):
        for service in ([*OWNER, "none"], PARTS[:4], ["OTHER", *PARTS[1:]]):
            headers = [ISSUE, *([("Accept", accept)] if accept else []), ("Accept-Language", "en")]
            assert refused(plain, service=service, headers=headers).media == media


def test_whose_error_it_is_can_be_seen(point: Point, plain: PlainClient) -> None:
    stranger = PlainClient(point.url, ["SHUDAO", "GOV", "OTHER", "x"])
    assert (refused(stranger).status, refused(stranger).type) == (500, "Server.ClientProxy.UnknownMember")
    assert (refused(plain, service=PARTS[:4]).status, refused(plain, service=PARTS[:4]).type) == (
        400,
        "Client.BadRequest",
    )
    assert refused(plain, body=b"{").type == "Client.InvalidRequest"
    assert refused(plain, body=bytes(100_001)).type == "Client.InvalidRequest"
    with pytest.raises(XRoadError) as caught:
        plain.send("POST", "/r1/" + SERVICE, [ISSUE], question())
    assert caught.value.type == "Client.MissingHeaderField"
    for target in ("/", "/r2/" + SERVICE, "/r1/" + SERVICE.replace("/", "%2F"), "/r1/../../etc/passwd/x"):
        with pytest.raises(XRoadError) as caught:
            plain.send("GET", target, [("X-Road-Client", CLIENT)])
        assert (caught.value.status, caught.value.type) == (400, "Client.BadRequest")
    with pytest.raises(XRoadError) as caught:
        plain.send("DELETE", "/listClients", [])
    assert caught.value.type == "Client.InvalidHttpMethod"
    assert caught.value.detail in point.log


def test_of_a_repeated_header_the_last_counts(plain: PlainClient) -> None:
    twice = [("X-Road-Client", "SHUDAO/GOV/OTHER/x"), ("X-Road-Client", CLIENT), ("X-Road-Id", "a"), ("x-road-id", "b")]
    answer = plain.send("POST", "/r1/" + SERVICE, [*twice, ISSUE], question())
    assert answer.headers["x-road-id"] == "b"
    with pytest.raises(XRoadError) as caught:
        plain.send("POST", "/r1/" + SERVICE, [*reversed(twice), ISSUE], question())
    assert caught.value.type == "Server.ClientProxy.UnknownMember"


def test_parts_may_be_percent_encoded_one_by_one(plain: PlainClient) -> None:
    encoded = SERVICE.replace("-", "%2D").replace("pool", "%70ool")
    answer = plain.send("POST", "/r1/" + encoded, [("X-Road-Client", CLIENT.replace("-", "%2d")), ISSUE], question())
    assert answer.json["data"] == {"name": "试验人1"}
    assert answer.headers["x-road-service"] == SERVICE
    for bad in ("BAR%2FSERVICE", "%E4%BA%BA", "%FF", "%2", "%2e%2e", "a%00"):
        with pytest.raises(XRoadError) as caught:
            plain.send("GET", "/r1/" + "/".join([*OWNER, bad]), [("X-Road-Client", CLIENT)])
        assert caught.value.type == "Client.BadRequest"


def test_what_the_client_must_not_send_is_not_passed_on(plain: PlainClient) -> None:
    spoilt = [("X-Road-Request-Hash", "AAAA"), ("Signature", "s=:AAAA:"), ("Content-Digest", "sha-256=:AAAA:")]
    spoilt += [("Connection", "x-note"), ("X-Note", "1"), ("TE", "trailers"), ("X-Powered-By", "PHP/5.2.17")]
    assert plain.call("POST", PARTS, body=question(), headers=[ISSUE, *spoilt]).status == 200


def test_health_says_who_is_served(plain: PlainClient, point: Point) -> None:
    plain.send("POST", "/r1/" + SERVICE, [("X-Road-Client", CLIENT), ISSUE], question())
    told = point.health()
    assert (told["status"], told["client"], told["key"], told["gateway"]) == ("ok", CLIENT, "window-1", "ok")
    assert told["receipts"] > 0


def test_a_page_from_elsewhere_cannot_reach_it(point: Point) -> None:
    plain = PlainClient(point.url, CLIENT.split("/"))
    with pytest.raises(XRoadError) as caught:
        plain.call("POST", PARTS, body=question(), headers=[ISSUE, ("Host", "evil.example")])
    assert caught.value.status == 400


def test_the_plain_client_knows_only_the_standard_library() -> None:
    text = (Path(__file__).parent / "plain_xroad.py").read_text("utf-8")
    assert "shudao" not in text.replace("Shudao", "")
    assert "import aiohttp" not in text
