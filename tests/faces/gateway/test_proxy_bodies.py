"""Questions that stream: the caller's time and the service's are apart, and nothing altered arrives whole."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming
from shudao.faces.gateway.proxy import bodies, lines
from shudao.faces.gateway.proxy.bodies import Streamed
from shudao.faces.gateway.proxy.lines import Asking, Line, UpstreamFailed
from shudao.faces.gateway.proxy.networks import parsed
from shudao.faces.gateway.proxy.places import Places
from shudao.kernel import signatures
from tests.faces.gateway.department import Department

LOCAL = parsed("127.0.0.0/8")


class Caller:
    """Sends pieces, then, where told, says nothing more."""

    def __init__(self, *pieces: bytes, stops: bool = False) -> None:
        self.pieces, self.stops = pieces, stops

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.stops:
            await asyncio.Event().wait()


def incoming(body: bytes, method: str = "PUT", **headers: str) -> Incoming:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"content-digest": signatures.content_digest(body), "transfer-encoding": "chunked"} | named
    told = {name: value for name, value in named.items() if value}
    return Incoming(signatures.Request(method, "http", "x", "/", "", told), told)


def line(tmp_path: Path, department: Department, url: str = "", **changes: object) -> Line:
    resource = department.resource(**({"url": url} if url else {}), **changes)
    return Line(resource, resource.upstream, allowed=LOCAL, places=Places(tmp_path / "p.lock"), tell=lambda said: None)


async def put(made: Line, body: Streamed) -> str:
    """Return the status, or the refusal's code with a mark where it is the service's failure."""
    try:
        async with made.ask(Asking("PUT", "/files/1", "", {}, body, lambda step: None)) as answer:
            return str(answer.status)
    except Refused as error:
        return ("!" if isinstance(error, UpstreamFailed) else "") + error.code
    finally:
        await made.close()
        await asyncio.sleep(0.02)  # for connections to end before the loop does


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-512"])
def test_a_streamed_body_arrives_and_its_hash_is_that_of_the_whole(tmp_path: Path, algorithm: str) -> None:
    department, body = Department(), bytes(range(256)) * 999
    streamed = Streamed(
        incoming(body, content_digest=signatures.content_digest(body, algorithm)),
        Caller(body[:7], b"", body[7:]),
        1 << 20,
    )
    assert asyncio.run(put(line(tmp_path, department), streamed)) == "200"
    assert department.asked[0].body == body
    assert streamed.request_hash(b"base") == signatures.request_hash(b"base", body)
    department.stop()


def test_a_caller_that_stops_has_its_own_time_and_harms_no_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_UPLOAD_SECONDS", 0.3)
    department = Department()
    made = line(tmp_path, department, timeout_ms=100)
    for _ in range(6):
        streamed = Streamed(incoming(b"ab"), Caller(b"a", b"b", stops=True), 100)
        assert asyncio.run(put(made, streamed)) == "malformed_request"
        made._session = None
    assert (made.breaker.state, department.asked) == ("closed", [])
    department.stop()


def test_nobody_listening_is_told_as_that(tmp_path: Path) -> None:
    department = Department()
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert asyncio.run(put(line(tmp_path, department, url), Streamed(incoming(b"a"), Caller(b"a"), 9))) == (
        "!upstream_unreachable"
    )
    department.stop()


@pytest.mark.parametrize(
    ("pieces", "limit", "code"),
    [
        ((b"abc",), 100, "signature_refused"),
        ((b"ab", b"cde"), 100, "signature_refused"),
        ((), 100, "signature_refused"),
        ((b"abcd", b"efgh"), 6, "question_too_large"),
    ],
)
def test_a_body_that_is_not_what_was_signed_never_arrives(
    tmp_path: Path, pieces: tuple[bytes, ...], limit: int, code: str
) -> None:
    department = Department()
    streamed = Streamed(incoming(b"abcdefgh"), Caller(*pieces), limit)
    assert asyncio.run(put(line(tmp_path, department), streamed)) == code
    assert department.asked == []
    department.stop()


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (incoming(b"a", content_digest=""), "missing_header"),
        (incoming(b"a", method="GET"), "malformed_request"),
        (incoming(b"a", transfer_encoding="gzip, chunked"), "malformed_request"),
        (incoming(b"a", transfer_encoding="", content_length="-1"), "malformed_request"),
        (incoming(b"a", transfer_encoding="", content_length="101"), "question_too_large"),
    ],
)
def test_what_cannot_be_a_body_is_refused_before_it_is_read(request_: Incoming, code: str) -> None:
    with pytest.raises(Refused) as caught:
        asyncio.run(bodies.take(request_, Caller(b"a"), 100))
    assert caught.value.code == code
