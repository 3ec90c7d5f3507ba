"""Whatever comes in: a clear refusal, in bounded time and memory, and no data."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest

from shudao.plane.ledger import reader
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, children, person, question
from tests.plane.makers import CLIENT, SERVICE

OWNER = SERVICE.rpartition("/")[0]


@pytest.mark.parametrize(
    "path",
    [
        f"/r1/{OWNER}/../pool/sjzy-population-basic",
        f"/r1/{OWNER}/%2e%2e/sjzy-population-basic",
        f"/r1/{OWNER}%2Fsjzy-population-basic",
        f"/r1/{OWNER}//sjzy-population-basic",
        f"/r1/{SERVICE}/",
        f"/r1/{SERVICE}/more",
        f"/r1/{OWNER}/./sjzy",
        f"/r1/{SERVICE}%00",
        f"/r1/{SERVICE}%0d%0aX:1",
        f"/r1/{SERVICE};x=1",
        f"/r1/{SERVICE.replace('sjzy', '%73jzy')}",
        "/r1/" + "a/" * 4 + "b" * 200,
        "/r1/",
    ],
)
def test_no_crooked_path_reaches_data(place: Place, path: str) -> None:
    status, headers, body = place.send(*raw.signed(place, path=path))
    assert status in (400, 500)
    assert headers["x-shudao-refusal"] in ("malformed_request", "signature_refused", "unknown_service")
    assert "试验人" not in body.decode()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"subject":1}', b'{"subject":"x","admin":true}', b"[" * 60_000],
)
def test_garbage_bodies_are_refused(place: Place, body: bytes) -> None:
    assert raw.outcome(place.send(*raw.signed(place, body=body))) == "malformed_request"


def test_a_body_over_the_limit_is_refused_by_its_length_alone(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=5) as sock:
        sock.sendall(
            f"POST /r1/{SERVICE} HTTP/1.1\r\nHost: x\r\nX-Road-Client: {CLIENT}\r\n"
            "Content-Length: 10737418240\r\n\r\n".encode()
        )
        answer = sock.recv(65536)
    assert b"x-shudao-refusal: body_too_large" in answer


def test_an_endless_body_is_cut_off_and_never_held(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=5) as sock:
        sock.sendall(f"POST /r1/{SERVICE} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        sent, start = 0, time.monotonic()
        try:
            while sent < 200 << 20 and time.monotonic() - start < 10:
                sock.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
    assert sent < 100 << 20
    for child in children(place.process.pid):
        status = Path(f"/proc/{child}/status").read_text()
        held = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
        assert held < 300 << 10, "kilobytes"
    assert raw.outcome(place.send(*raw.signed(place))) == "answered"


def test_a_body_that_never_comes_is_given_up(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=15) as sock:
        sock.sendall(f"POST /r1/{SERVICE} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc".encode())
        assert b"x-shudao-refusal: malformed_request" in sock.recv(65536)


def test_a_refusal_is_xml_where_xml_is_asked_for_and_english_where_english_is(place: Place) -> None:
    method, path, headers, body = raw.signed(place, secret=bytes(32))
    status, told, content = place.send(method, path, headers | {"accept": "text/xml"}, body)
    assert (status, told["content-type"]) == (400, "text/xml; charset=utf-8")
    assert b"<type>Client.InvalidSignature</type>" in content
    _, told, content = place.send(method, path, headers | {"accept-language": "en"}, body)
    assert set(json.loads(content)) == {"type", "message", "detail"}
    assert "signature does not hold" in json.loads(content)["message"]
    assert told["x-road-error"] == json.loads(content)["type"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/session"), ("POST", "/health"), ("DELETE", "/x"), ("GET", "/r2/a")]
)
def test_every_other_address_answers_problem_json(place: Place, method: str, path: str) -> None:
    status, headers, body = place.send(method, path, {}, b"")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["code"] == "shudao.not_found"


def test_identifiers_stand_in_no_file_and_no_log_wherever_a_caller_writes_them(place: Place) -> None:
    known = person(1)
    assert raw.outcome(place.send(*raw.signed(place))) == "answered"
    headers = {"x-road-userid": "CN" + known, "x-road-id": f"id-{known}", "x-road-issue": known}
    status, told, _ = place.send(*raw.signed(place, headers=headers))
    assert (status, told["x-road-id"]) == (200, f"id-{known}")
    for changes in (
        {"body": question(purpose=known)},
        {"body": question(fields=[known])},
        {"path": f"/r1/{OWNER}/{known}"},
        {"path": f"/r1/{known}"},
        {"path": raw.PATH + f"?id={known}"},
        {"headers": {"x-road-client": f"SHUDAO/GOV/{known}/a"}},
        {"body": known.encode()},
    ):
        place.send(*raw.signed(place, **changes))
    for file in [place.log, *place.ledger.rglob("*")]:
        if file.is_file():
            assert known.encode() not in file.read_bytes(), file
    segment, _, sequence = told["x-shudao-ledger"].rpartition(":")
    found = next(each for each in reader.entries(place.ledger, segment=segment) if each.sequence == int(sequence))
    assert found.entry.user == "CN#" + place.hashed(known).hex()
