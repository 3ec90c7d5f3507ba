"""
What an integrator imports: sign, send, read, with the standard library's HTTP client.

    client = Client("http://127.0.0.1:8100", "SHUDAO/GOV/<USCC>/one-window", key)
    answer = client.call(service, subject="…", fields=("name",), purpose="handling", case="5100…")

The first call opens a session with the system's own key; the others bear a MAC of it.
"""

from __future__ import annotations

import base64
import http.client
import json
import select
import socket
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

from shudao.kernel import signatures, signing
from shudao.kernel.ids import new_id, new_secret
from shudao.kernel.time import now

TIMEOUT = 3.0
_RENEW_BEFORE = 60  # seconds before a session's end
_ANSWER_LIMIT = 32 << 20


class PrivateKey(Protocol):
    """A system's key: its registered id, its algorithm, its secret bytes (`kernel.keys.Key` is one)."""

    @property
    def id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    @property
    def secret(self) -> bytes: ...


class Unreachable(Exception):
    """No answer, none in time, or none that is one: nothing is known of the subject."""


class Refused(Exception):
    """
    The gateway said no.

    Attributes:
        code: Stable refusal code, such as "grant_expired", "no_case_number", "replayed".
        type: X-Road's error type. message: a sentence for people. detail: the id that finds it in the gateway's log.
        ledger: Place of the refusal's ledger entry, "segment:sequence"; "" where there is none.
    """

    def __init__(self, code: str, type: str, message: str, detail: str, ledger: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.type, self.message, self.detail, self.ledger = code, type, message, detail, ledger


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What the gateway showed.

    Attributes:
        rows: The subject's rows, cut to the asked fields; none where the source knows no such subject.
        as_of: Instant or date that the data are as of, ISO text.
        snapshot: The dataset's snapshot number.
        score: Quality of the data, 0 to 1; None where it is not reckoned yet, or there are none.
        ledger: Place of the ledger entry, "segment:sequence", durable before the answer came.
        receipt: The signed receipt for it; keep it, it shows a cut ledger.
        call: The X-Road-Id.
    """

    rows: tuple[Mapping[str, Any], ...]
    as_of: str
    snapshot: int
    ledger: str
    receipt: str
    call: str
    score: float | None = None

    @property
    def found(self) -> bool:
        """Whether the source knows the subject."""
        return bool(self.rows)

    @property
    def data(self) -> Mapping[str, Any]:
        """The first row; empty where there is none."""
        return self.rows[0] if self.rows else {}


@dataclass(frozen=True, slots=True)
class _Session:
    key_id: str
    secret: bytes
    expires: int


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """
    Calls a gateway as one registered system. Safe in threads: no two share a connection at a time.

    Args:
        base_url: "http://127.0.0.1:8100", or the https address of the proxy in front of the gateway.
        client_id: The system's X-Road identifier of four parts.
        key: Its private key, registered under this id.
        timeout: Seconds for a whole call, session included.
    """

    def __init__(self, base_url: str, client_id: str, key: PrivateKey, *, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an http address: {base_url!r}")
        self._scheme, self._host, self._port, self._netloc = parts.scheme, parts.hostname, parts.port, parts.netloc
        self._client_id = client_id
        self._key_id = key.id
        self._algorithm = key.algorithm
        self._signer = signing.scheme(key.algorithm).signer(key.id, key.secret)
        self._timeout = timeout
        self._session: _Session | None = None
        self._guard = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        weakref.finalize(self, _close_all, self._idle)

    def call(
        self, service: str, subject: str, fields: Sequence[str], purpose: str, case: str = "", user: str = ""
    ) -> Answer:
        """
        Ask for fields of one subject.

        Args:
            service: X-Road identifier of five parts.
            subject: Identifier in plain; it travels in the body only and stands in no log.
            case: Case number, needed for personal data.
            user: On whose behalf, e.g. an account's public id.

        Raises:
            Refused: the gateway said no.
            Unreachable: no answer within the time.
        """
        deadline = monotonic() + self._timeout
        body = json.dumps({"subject": subject, "fields": list(fields), "purpose": purpose}, ensure_ascii=False).encode()
        call_id = new_id()
        headers = {"x-road-client": self._client_id, "x-road-id": call_id, "content-type": "application/json"}
        headers |= {"x-road-issue": case} if case else {}
        headers |= {"x-road-userid": user} if user else {}
        reply, signed = self._signed("/r1/" + service, headers, body, deadline)
        if reply.headers.get("x-shudao-refusal") == "signature_refused" and self._forget_session():
            # The gateway's session secret or our public key may have changed since the session was opened.
            reply, signed = self._signed("/r1/" + service, headers, body, deadline)
        return _read(reply, signed, body, call_id)

    def close(self) -> None:
        """Close the idle connections."""
        _close_all(self._idle)

    def _signed(self, path: str, headers: dict[str, str], body: bytes, deadline: float) -> tuple[_Reply, bytes]:
        session = self._opened(deadline)
        headers = headers | {"content-digest": signatures.content_digest(body)}
        text, base = self._base("POST", path, headers, session.key_id, "hmac-sha256")
        headers |= signatures.headers(text, signatures.mac(session.secret, base))
        return self._send("POST", path, headers, body, deadline), base

    def _opened(self, deadline: float) -> _Session:
        with self._guard:
            session = self._session
            if session is None or session.expires - _RENEW_BEFORE < now().timestamp():
                session = self._session = self._open(deadline)
            return session

    def _open(self, deadline: float) -> _Session:
        headers = {"x-road-client": self._client_id, "content-length": "0"}
        text, base = self._base("POST", "/session", headers, self._key_id, self._algorithm)
        headers |= signatures.headers(text, self._signer.sign(base))
        reply = self._send("POST", "/session", headers, b"", deadline)
        told = _json(reply)
        if reply.status != 200:
            raise Refused(
                "session_refused",
                str(told.get("code", "")),
                str(told.get("title", "")),
                str(told.get("trace", "")),
                "",
            )
        try:
            return _Session(told["key_id"], base64.b64decode(told["secret"]), int(told["expires"]))
        except (KeyError, ValueError) as error:
            raise Unreachable("the gateway's session is unreadable") from error

    def _forget_session(self) -> bool:
        with self._guard:
            known, self._session = self._session, None
            return known is not None

    def _base(self, method: str, path: str, headers: dict[str, str], key: str, algorithm: str) -> tuple[str, bytes]:
        components = ["@method", "@authority", "@path", "@query"]
        components += [name for name in headers if name.startswith("x-road-") or name == "content-digest"]
        created = int(now().timestamp())
        text = signatures.parameters(components, key_id=key, created=created, nonce=new_secret(26), algorithm=algorithm)
        request = signatures.Request(method, self._scheme, self._netloc, path, "", headers)
        return text, signatures.base(request, components, text)

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes, deadline: float) -> _Reply:
        connection = self._connection()
        try:
            _limit(connection, deadline)
            connection.request(method, path, body, headers | {"host": self._netloc})
            _limit(connection, deadline)
            response = connection.getresponse()
            content = _content(response, connection, deadline)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return _Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def _connection(self) -> http.client.HTTPConnection:
        """Return a connection of this call's own: an idle one that is still open, or a new one."""
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:
                break  # another thread was faster
            if kept.sock is not None and not _closed(kept.sock):
                return kept
            kept.close()
        kind = http.client.HTTPSConnection if self._scheme == "https" else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)


def _close_all(connections: list[http.client.HTTPConnection]) -> None:
    while connections:
        connections.pop().close()


def _closed(sock: socket.socket) -> bool:
    """Return whether the idle connection is of no use: nothing may come on it but its end."""
    readable, _, _ = select.select([sock], [], [], 0)
    return bool(readable)


def _limit(connection: http.client.HTTPConnection, deadline: float) -> None:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("the time for the call is used up")
    connection.timeout = left
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _content(response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float) -> bytes:
    parts, size = [], 0
    while part := response.read(1 << 16):
        size += len(part)
        if size > _ANSWER_LIMIT:
            raise http.client.HTTPException("the answer is too large")
        parts.append(part)
        _limit(connection, deadline)
    return b"".join(parts)


def _json(reply: _Reply) -> dict[str, Any]:
    try:
        told = json.loads(reply.body)
    except ValueError as error:
        raise Unreachable(f"the answer (status {reply.status}) is not JSON") from error
    if not isinstance(told, dict):
        raise Unreachable(f"the answer (status {reply.status}) is not an object")
    return told


def _read(reply: _Reply, signed: bytes, body: bytes, call_id: str) -> Answer:
    told, headers = _json(reply), reply.headers
    ledger = headers.get("x-shudao-ledger", "")
    refusal = headers.get("x-shudao-refusal")
    if refusal is not None:
        kind, message, detail = (str(told.get(name, "")) for name in ("type", "message", "detail"))
        raise Refused(refusal, kind, message, detail, ledger)
    if reply.status not in (200, 404) or not ledger:
        raise Unreachable(f"status {reply.status} from something that is not the gateway")
    if headers.get("x-road-request-hash") != signatures.request_hash(signed, body):
        raise Unreachable("the answer belongs to another request")
    data = told.get("data")
    rows = told.get("rows") or ([data] if data is not None else [])
    return Answer(
        rows=tuple(rows),
        as_of=str(told.get("as_of", "")),
        snapshot=int(told.get("snapshot", 0)),
        ledger=ledger,
        receipt=headers.get("x-shudao-receipt", ""),
        call=call_id,
        score=None if told.get("score") is None else float(told["score"]),
    )
