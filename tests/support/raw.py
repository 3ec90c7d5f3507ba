"""Requests that no well-behaved client sends: bodies announced and never sent, sent and never announced, or garbage."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.support.browserless import Caller


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and after how many seconds."""

    status: int
    kind: str
    text: str
    seconds: float


def cookies(caller: Caller) -> dict[str, str]:
    """The headers of somebody's browser: cookies and the token against forgery."""
    jar = {cookie.name: cookie.value or "" for cookie in caller.jar}
    line = "; ".join(f"{name}={value}" for name, value in jar.items())
    return {"Cookie": line, "X-CSRFToken": jar.get("csrftoken", ""), "Referer": caller.web + "/"}


def send(base: str, path: str, body: bytes, headers: dict[str, str], *, method: str = "POST") -> Reply:
    """Send a body as it is; redirects are not followed."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    started = time.monotonic()
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return Reply(answer.status, answer.headers.get("Content-Type", ""), text, time.monotonic() - started)
    finally:
        connection.close()


def announce(base: str, path: str, length: int, headers: dict[str, str]) -> Reply:
    """Announce a body, send none of it, and wait for the answer."""
    return _told(base, path, {"Content-Length": str(length)} | headers, ())


def stream(base: str, path: str, parts: Iterable[bytes], headers: dict[str, str]) -> Reply:
    """Send a body in chunks, its length unsaid, until the other side answers or closes."""
    return _told(base, path, {"Transfer-Encoding": "chunked"} | headers, parts)


def _told(base: str, path: str, headers: dict[str, str], parts: Iterable[bytes]) -> Reply:
    host = urlsplit(base)
    lines = {"Host": host.netloc, "Content-Type": "multipart/form-data; boundary=x"} | headers
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    started = time.monotonic()
    with socket.create_connection((host.hostname or "", host.port or 80), timeout=30) as line:
        line.sendall(head.encode() + b"\r\n")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for part in parts:
                if select.select([line], [], [], 0)[0]:
                    break
                line.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        return _answer(line, started)


def _answer(line: socket.socket, started: float) -> Reply:
    try:
        with contextlib.closing(http.client.HTTPResponse(line, method="POST")) as answer:
            answer.begin()
            kind = answer.headers.get("Content-Type", "")
            text = answer.read(int(answer.headers.get("Content-Length") or 0)).decode(errors="replace")
        return Reply(answer.status, kind, text, time.monotonic() - started)
    except (ConnectionResetError, http.client.HTTPException):
        return Reply(0, "", "closed without an answer", time.monotonic() - started)
