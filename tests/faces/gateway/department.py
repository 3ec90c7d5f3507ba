"""A department's own HTTP service on a port of the loopback: answers as a test says, remembers what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from shudao.plane.grants import Endpoint, Resource, Upstream
from tests.plane import makers

OWNER = makers.SERVICE.rpartition("/")[0].rpartition("/")[0] + "/registry"
SERVICE = f"{OWNER}/dept-persons"
PATH = f"/r1/{SERVICE}"
FIELDS = ("name", "sex", "birth_date")
ENDPOINTS = (
    Endpoint("GET", "/persons/{id}"),
    Endpoint("HEAD", "/persons/{id}"),
    Endpoint("GET", "/persons"),
    Endpoint("POST", "/search"),
    Endpoint("PUT", "/files/{id}"),
    Endpoint("POST", "/"),
    Endpoint("GET", "/odd/{what}"),
)
PERSON = {"name": "试验人", "sex": "1", "birth_date": "1990-01-01", "salary": 12.50, "note": "inner"}


@dataclass
class Asked:
    """One question as it arrived; `headers` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Department:
    """`answers`: by path, what to do with a handler that has read the question."""

    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    broken: int = 0  # questions that broke off
    let_go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                outer.handle(self)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def handle(self, handler: Any) -> None:
        body = whole(handler)
        if body is None:
            self.broken += 1
            handler.close_connection = True
            return
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(Asked(handler.command, handler.path, headers, body))
        with suppress(OSError):
            self.answers.get(handler.path.partition("?")[0], json_of(PERSON))(handler)

    def hang(self, handler: Any) -> None:
        """Say nothing until the test lets go."""
        self.let_go.wait(30)
        handler.close_connection = True

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()

    def resource(self, **changes: Any) -> Resource:
        upstream = {"url": self.url + "/api", "endpoints": ENDPOINTS, "timeout_ms": 1000, "parallel": 4}
        upstream |= {name: changes.pop(name) for name in tuple(changes) if name in (*upstream, "max_body")}
        values = {"code": "dept-persons", "service": SERVICE, "dataset": "", "index": "", "fields": FIELDS}
        values |= {"identifying": ("name",), "scores": (), "upstream": Upstream(**upstream)}
        return makers.resource(**(values | changes))


def whole(handler: Any) -> bytes | None:
    """Return the question's body, None where it breaks off."""
    if handler.headers.get("transfer-encoding") != "chunked":
        length = int(handler.headers.get("content-length") or 0)
        body = handler.rfile.read(length)
        return body if len(body) == length else None
    parts = b""
    while True:
        line = handler.rfile.readline().strip()
        if not line:
            return None
        part = handler.rfile.read(int(line, 16))
        handler.rfile.readline()
        if not part:
            return parts
        parts += part


def reply(status: int, headers: dict[str, str], body: bytes) -> Callable[[Any], None]:
    """Answer with exactly this."""

    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value:
                handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def json_of(value: object, status: int = 200, **headers: str) -> Callable[[Any], None]:
    told = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return reply(status, told, json.dumps(value, ensure_ascii=False).encode())
