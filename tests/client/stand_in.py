"""A gateway that answers what a test tells it to: signed or not, true or false, or not at all."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shudao.kernel import signatures, signing
from shudao.kernel.keys import Key
from shudao.kernel.time import now

CLIENT, SERVICE = "SHUDAO/GOV/1/a", "SHUDAO/GOV/2/pool/x"
KEY = Key("window-1", "", "ed25519", now(), None, "file", b"", bytes(32))
LEDGER_SECRET = bytes(range(32))
LEDGER_KEYS = {"ledger-1": signing.scheme().public_of(LEDGER_SECRET)}
ASK = (SERVICE, "519901", ["name"], "handling", "1")

Reply = tuple[int, dict[str, str], bytes | Iterator[bytes]]


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; `signed` is what its signature covers."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def base(self) -> tuple[bytes, bytes]:
        """What was signed, and the signature."""
        found = signatures.parse(self.headers["signature-input"], self.headers["signature"])
        path, _, query = self.target.partition("?")
        request = signatures.Request(self.method, "http", self.headers["host"], path, query, self.headers)
        return signatures.base(request, found.components, found.parameters), found.signature

    @property
    def hash(self) -> str:
        return signatures.request_hash(self.base()[0], self.body)

    def answer(self, body: object, *, status: int = 200, entries: int = 5, **headers: str) -> Reply:
        """What an honest gateway answers."""
        text = f"shudao receipt\nseg\n{entries}\nab\n7"
        signature = signing.scheme().signer("ledger-1", LEDGER_SECRET).sign(text.encode())
        told = {
            "x-road-request-hash": self.hash,
            "x-road-id": self.headers.get("x-road-id", ""),
            "x-shudao-ledger": "seg:4",
            "x-shudao-receipt": f"seg:{entries}:ab:7:ledger-1:{base64.b64encode(signature).decode()}",
        }
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return status, told, body if isinstance(body, bytes | Iterator) else json.dumps(body).encode()


def refusal(code: str, kind: str = "Server.ServerProxy.AccessDenied", **headers: str) -> Reply:
    """What the gateway says when it says no before it knows who calls."""
    told = {"x-shudao-refusal": code, "x-road-error": kind, **headers}
    return 500, told, json.dumps({"type": kind, "message": "不行", "detail": "id-1"}).encode()


@dataclass
class Gateway:
    """A running stand-in: `lose` connections are closed after the request was read, with no answer."""

    server: ThreadingHTTPServer
    asked: list[Asked] = field(default_factory=list)
    openings: list[Asked] = field(default_factory=list)
    lose: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def sessions(self) -> int:
        return len(self.openings)


@contextlib.contextmanager
def gateway(answer: Callable[[Asked], Reply | None]) -> Iterator[Gateway]:
    """Serve; `answer` gets every call but a session's opening, None cuts the connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle_one_request()

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            reply = running.opened(asked) if self.path == "/session" else running.taken(asked, answer)
            if reply is None:
                self.close_connection = True
                return
            status, told, content = reply
            self.send_response(status)
            if isinstance(content, bytes):
                told = {"content-length": str(len(content)), **told}
                content = iter((content,))
            for name, value in told.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in content:
                self.wfile.write(piece)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    running = _Told(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Told(Gateway):
    def opened(self, asked: Asked) -> Reply:
        self.openings.append(asked)
        session = {"key_id": f"session/k/window-1/9999999999/{self.sessions}", "secret": "AAAA", "expires": 9999999999}
        return 200, {}, json.dumps(session).encode()

    def taken(self, asked: Asked, answer: Callable[[Asked], Reply | None]) -> Reply | None:
        if asked.target == "/health":
            return 200, {}, b"{}"
        self.asked.append(asked)
        if self.lose:
            self.lose -= 1
            return None
        return answer(asked)


@contextlib.contextmanager
def silence() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextlib.contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
