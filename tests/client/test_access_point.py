"""The access point where gateways, keys, disks and clients misbehave."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shudao.kernel import signing
from tests.client.plain_xroad import PlainClient, XRoadError
from tests.client.point import Point
from tests.client.stand_in import CLIENT, SERVICE, Asked, Gateway, Reply, gateway, nobody, refusal, silence

FOUND = {"data": {"name": "试验人"}}
PARTS = SERVICE.split("/")


@contextlib.contextmanager
def point(folder: Path, url: str, *options: str) -> Iterator[tuple[Point, PlainClient]]:
    made = Point(folder, url, CLIENT, options)
    made.put_key(bytes(32))
    made.start()
    try:
        yield made, PlainClient(made.url, CLIENT.split("/"))
    finally:
        assert made.stop() == 0, made.log


@contextlib.contextmanager
def between(
    folder: Path, answer: Callable[[Asked], Reply | None], *options: str
) -> Iterator[tuple[Point, PlainClient, Gateway]]:
    with gateway(answer) as running, point(folder, running.url, *options) as (made, plain):
        yield made, plain, running


def failure(plain: PlainClient) -> XRoadError:
    with pytest.raises(XRoadError) as caught:
        plain.call("POST", PARTS, body=b"{}", headers=[("Accept-Language", "en")])
    return caught.value


def test_bodies_queries_and_paths_pass_as_they_are(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    reply: Callable[[Asked], Reply] = lambda asked: asked.answer(  # noqa: E731
        content, status=409, content_type="a/b", x_pingback="1", connection="x-dropped", x_dropped="1", server="secret"
    )
    with between(tmp_path, reply) as (_, plain, running):
        sent = [("X-Powered-By", "PHP"), ("X-Note", "a"), ("X-Note", "b"), ("User-Agent", "me"), ("Accept", "a/b")]
        answer = plain.call("PUT", PARTS, "/v1/%E4%BA%BA", "q=%20&q=2", body=b"[1]", headers=sent)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (409, content, "a/b")
    assert answer.headers["x-pingback"] == "1"
    assert "x-dropped" not in answer.headers
    assert answer.headers["server"] == "shudao"
    asked = running.asked[-1]
    assert (asked.method, asked.target, asked.body) == ("PUT", f"/r1/{SERVICE}/v1/%E4%BA%BA?q=%20&q=2", b"[1]")
    assert (asked.headers["x-powered-by"], asked.headers["x-note"], asked.headers["accept"]) == ("PHP", "a, b", "a/b")
    assert "user-agent" not in asked.headers


def test_an_answer_passes_as_it_comes(tmp_path: Path) -> None:
    seen = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert seen.wait(10)
        yield b"-last"

    with between(tmp_path, lambda asked: asked.answer(pieces(), content_length="10")) as (made, _, _):
        connection = http.client.HTTPConnection("127.0.0.1", made.port, timeout=10)
        connection.request("GET", f"/r1/{SERVICE}", headers={"X-Road-Client": CLIENT})
        answer = connection.getresponse()
        assert answer.read(5) == b"first"
        seen.set()
        assert answer.read() == b"-last"
        connection.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda asked: asked.answer(FOUND, x_road_request_hash="AAAA"), "InconsistentResponse"),
        (lambda asked: (200, {}, b"{}"), "InvalidMessage"),
        (lambda asked: None, "NetworkError"),
        (lambda asked: refusal("no_grant"), ""),
    ],
)
def test_what_cannot_be_believed_does_not_pass(
    tmp_path: Path, answer: Callable[[Asked], Reply | None], kind: str
) -> None:
    with between(tmp_path, answer) as (_, plain, _):
        told = failure(plain).type
    assert told == ("Server.ClientProxy." + kind if kind else "Server.ServerProxy.AccessDenied")


def test_a_client_that_waits_to_be_told_to_send_is_told(tmp_path: Path) -> None:
    with between(tmp_path, lambda asked: asked.answer(FOUND)) as (made, _, running):
        told = raw(
            made.port,
            f"POST /r1/{SERVICE} HTTP/1.1\r\nHost: localhost\r\nX-Road-Client: {CLIENT}\r\n"
            "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
            "{}",
        )
        assert told.startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
        assert (running.asked[-1].body, "expect" in running.asked[-1].headers) == (b"{}", False)


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "X-Note: a\r\n folded\r\nContent-Length: 2\r\n",
        "X-Note : a\r\nContent-Length: 2\r\n",
        "Transfer-Encoding: gzip, identity\r\n",
    ],
)
def test_what_two_readers_could_read_as_two_things_is_not_passed_on(tmp_path: Path, head: str) -> None:
    with between(tmp_path, lambda asked: asked.answer(FOUND)) as (made, _, running):
        told = raw(
            made.port,
            f"POST /r1/{SERVICE} HTTP/1.1\r\nHost: localhost\r\nX-Road-Client: {CLIENT}\r\n{head}\r\n",
            '{"subject": "51990119900101001X"}',
        )
        assert told[:13] in ("HTTP/1.0 400 ", "HTTP/1.1 400 ")
        assert running.asked == []
        assert "519901" not in made.log


def test_a_gateway_that_is_away_or_silent_is_told(tmp_path: Path) -> None:
    with nobody() as url, point(tmp_path, url) as (made, plain):
        assert failure(plain).type == "Server.ClientProxy.NetworkError"
        assert (made.health()["status"], made.health()["gateway"]) == ("degraded", "unreachable")
    with silence() as url, point(tmp_path, url, "--timeout", "0.5") as (made, plain):
        told = failure(plain)
        assert (told.type, "in time" in told.message) == ("Server.ClientProxy.NetworkError", True)
        assert told.detail in made.log


def test_an_answer_that_breaks_off_breaks_off_for_the_client_too(tmp_path: Path) -> None:
    with between(tmp_path, lambda asked: asked.answer(b"abc", content_length="9"), "--timeout", "1") as (_, plain, _):
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            plain.call("GET", PARTS)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            plain.call("GET", PARTS)


def test_without_a_place_for_its_receipt_no_answer_passes(tmp_path: Path) -> None:
    kept = tmp_path / "receipts"
    with between(tmp_path, lambda asked: asked.answer(FOUND), "--receipts", str(kept)) as (_, plain, _):
        (kept / "receipts-00000001.jsonl").symlink_to("/dev/full")
        assert failure(plain).type == "Server.ClientProxy.LoggingFailed"
        (kept / "receipts-00000001.jsonl").unlink()


def test_a_new_key_is_taken_over_and_a_broken_one_is_not(tmp_path: Path) -> None:
    with between(tmp_path, lambda asked: asked.answer(FOUND)) as (made, plain, running):
        assert plain.call("GET", PARTS).status == 200
        made.key.write_bytes(b"half")
        until(lambda: made.health()["problem"])
        assert (plain.call("GET", PARTS).status, running.sessions) == (200, 1)
        made.put_key(bytes(range(32)))
        until(lambda: not made.health()["problem"])
        assert (plain.call("GET", PARTS).status, running.sessions) == (200, 2)
        opening = running.openings[-1]
        found = opening.base()
        public = signing.scheme().public_of(bytes(range(32)))
        assert signing.scheme().verifier("", public).verify(*found)
        assert "half" not in made.log


def test_a_call_under_way_is_finished_when_it_is_ended(tmp_path: Path) -> None:
    def slow(asked: Asked) -> Reply:
        time.sleep(1)
        return asked.answer(FOUND)

    got: list[int] = []
    with between(tmp_path, slow) as (made, plain, running):
        thread = threading.Thread(target=lambda: got.append(plain.call("GET", PARTS).status))
        thread.start()
        until(lambda: running.asked)
        assert made.stop() == 0
        thread.join()
    assert got == [200]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--address", "0.0.0.0:1"], "--beyond-this-machine"),
        (["--key", "/nowhere.pem"], "/nowhere.pem"),
        (["--gateway-keys", "/nowhere"], "/nowhere"),
    ],
)
def test_it_does_not_start_where_it_should_not(tmp_path: Path, options: list[str], said: str) -> None:
    made = Point(tmp_path, "http://127.0.0.1:1", CLIENT, options)
    made.put_key(bytes(32))
    done = subprocess.run(made.command(), capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def raw(port: int, head: str, body: str) -> str:
    """Send head and body as they are, a moment apart; return what comes until it is still."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        sock.sendall(head.encode())
        time.sleep(0.2)
        with contextlib.suppress(OSError):
            sock.sendall(body.encode())
        sock.settimeout(0.7)
        got = b""
        with contextlib.suppress(OSError):
            while piece := sock.recv(65536):
                got += piece
        return got.decode("utf-8", "replace")


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
