"""The client against gateways that misbehave; against a real one it is tested with the gateway."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from shudao.client.calls import Client, Refused, Unreachable
from shudao.kernel.keys import Key
from shudao.kernel.time import now

KEY = Key("window-1", "", "ed25519", now(), None, "file", b"", bytes(32))
SESSION = {"key_id": "session/k/window-1/9999999999/A", "secret": "AAAA", "expires": 9999999999}
ASK = ("SHUDAO/GOV/1/pool/x", "519901", ["name"], "handling", "1")

Reply = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def gateway(answer: Callable[[BaseHTTPRequestHandler], Reply]) -> Iterator[Client]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            status, headers, body = (
                (200, {}, json.dumps(SESSION).encode()) if self.path == "/session" else answer(self)
            )
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    client = Client(f"http://127.0.0.1:{server.server_port}", "SHUDAO/GOV/1/a", KEY, timeout=1.0)
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_nobody_listening_is_told_at_once() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{sock.getsockname()[1]}", "SHUDAO/GOV/1/a", KEY)
        with pytest.raises(Unreachable):
            client.call(*ASK)


def test_a_silent_gateway_costs_no_more_than_the_time_limit() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        started = time.monotonic()
        client = Client(f"http://127.0.0.1:{sock.getsockname()[1]}", "SHUDAO/GOV/1/a", KEY, timeout=0.5)
        with pytest.raises(Unreachable):
            client.call(*ASK)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "reply",
    [
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b'{"data":{"name":"x"}}'),
        (502, {}, b'{"a":1}'),
        (200, {"x-shudao-ledger": "a:1", "x-road-request-hash": "bm9uZQ=="}, b'{"data":{"name":"x"}}'),
    ],
)
def test_what_is_no_answer_to_this_request_is_never_taken_for_one(reply: Reply) -> None:
    with gateway(lambda handler: reply) as client, pytest.raises(Unreachable):
        client.call(*ASK)


def test_a_refusal_comes_with_all_that_a_person_needs() -> None:
    body = {"type": "Server.ServerProxy.AccessDenied", "message": "没有授权", "detail": "id-1"}
    headers = {"x-shudao-refusal": "no_grant", "x-shudao-ledger": "a:1"}
    with gateway(lambda handler: (500, headers, json.dumps(body).encode())) as client, pytest.raises(Refused) as caught:
        client.call(*ASK)
    refused = caught.value
    assert (refused.code, refused.type, refused.message, refused.detail, refused.ledger) == (
        "no_grant",
        *body.values(),
        "a:1",
    )


def test_the_subject_travels_in_the_body_only() -> None:
    seen: list[str] = []

    def look(handler: BaseHTTPRequestHandler) -> Reply:
        seen.append(handler.path + str(handler.headers))
        return 500, {"x-shudao-refusal": "no_grant"}, b"{}"

    with gateway(look) as client, pytest.raises(Refused):
        client.call(*ASK)
    assert len(seen) == 1
    assert "519901" not in seen[0]


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not an http address"):
        Client("ftp://x", "a", KEY)
