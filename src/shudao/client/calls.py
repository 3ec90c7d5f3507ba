"""
What an integrator imports: sign, send, read, with the standard library's HTTP client.

    client = Client("http://127.0.0.1:8100", "SHUDAO/GOV/<USCC>/one-window", key)
    answer = client.call(service, subject="…", fields=("name",), purpose="handling", case="5100…")

The first call opens a session with the system's own key; the others bear a MAC of it. `asynchronous.AsyncClient` is the
same for asyncio.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from types import TracebackType

from shudao.client import answers, questions, signing
from shudao.client.answers import Answer, Reply, Verified
from shudao.client.errors import Refused, Unreachable, Untrusted
from shudao.client.keys import PrivateKey
from shudao.client.receipts import Keeper, Trust
from shudao.client.signing import Identity, Outgoing, Session
from shudao.client.transport import Connections, Streamed

__all__ = ["TIMEOUT", "Answer", "Client", "PrivateKey", "Refused", "Unreachable", "Untrusted", "Verified"]

TIMEOUT = 3.0
_JSON = {"content-type": "application/json"}


class Client:
    """
    Calls a gateway as one registered system. Safe in threads, which share its session and its idle connections.

    Args:
        base_url: "http://127.0.0.1:8100", or the https address of the proxy in front of the gateway.
        client_id: The system's X-Road identifier of four parts.
        key: Its private key, registered under this id.
        timeout: Seconds for a whole call, session included.
        gateway_keys: The gateway's public keys by id (`keys.load_public`); with them every receipt is checked.
        receipts: Where receipts are kept (`receipts.Folder`).
        tls: For https, if not the system's certificates shall be believed.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        key: PrivateKey,
        *,
        timeout: float = TIMEOUT,
        gateway_keys: Mapping[str, bytes] | None = None,
        receipts: Keeper | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._base_url, self._timeout = base_url, timeout
        self._identity = Identity(base_url, client_id, key)
        self._reader = answers.Reader(Trust(gateway_keys or {}), receipts)
        self._connections = Connections(self._identity, timeout, tls)
        self._session: Session | None = None
        self._guard = threading.Lock()
        weakref.finalize(self, self._connections.close)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        reply, sent = self._asked(service, questions.fields(subject, fields, purpose), case, user)
        return self._reader.answer(reply, sent, service)

    def verify(
        self, service: str, subject: str, values: Mapping[str, object], purpose: str, case: str = "", user: str = ""
    ) -> Verified:
        """
        Ask whether fields of one subject have these values; the values that the source holds never leave it.

        Args:
            values: Field → what it is believed to be: text, number or date.

        Raises:
            As `call`.
        """
        reply, sent = self._asked(service, questions.verification(subject, values, purpose), case, user)
        return self._reader.verified(reply, sent, service)

    def batch(
        self,
        service: str,
        subjects: Sequence[str],
        fields: Sequence[str],
        purpose: str,
        case: str = "",
        user: str = "",
    ) -> list[Answer | Refused]:
        """
        Ask for fields of 1 to 100 subjects; return each one's answer or refusal, in their order.

        Raises:
            ValueError: none, or too many.
            Refused, Unreachable: as `call`, for the whole batch.
        """
        reply, sent = self._asked(service, questions.batch(subjects, fields, purpose), case, user)
        return self._reader.batch(reply, sent, service, len(subjects))

    @contextlib.contextmanager
    def request(
        self,
        method: str,
        service: str,
        path: str = "",
        *,
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        purpose: str = "",
        case: str = "",
        user: str = "",
        timeout: float | None = None,
    ) -> Iterator[Streamed]:
        """
        Call a department's own service through the gateway, inside a `with`; the answer's body streams.

        Args:
            path: What comes after the service, "/persons/17", percent-encoded; never an identifier of a person.
            query: Without its question mark, percent-encoded.
            headers: What else is sent; a body's content-type, and X-Shudao-Subject where the service answers about one.
            timeout: Seconds for the whole call, body included; the client's by default.

        Yields:
            `status`, `headers`, and the body by `pieces()` or `read()`; 404 where the service knows no such subject.

        Raises:
            Refused, Unreachable: as `call`; Unreachable also while the body is read.
        """
        sent_headers = {name.lower(): value for name, value in (headers or {}).items()}
        sent_headers |= questions.headers(case, user, purpose)
        target = questions.address(service, path, query)
        deadline = monotonic() + (timeout or self._timeout)
        streamed, sent = self._streamed(method.upper(), target, sent_headers, body, deadline)
        try:
            if answers.is_refusal(streamed.headers):
                told = streamed.read()
                self._reader.heading(streamed.status, streamed.headers, sent, service)
                raise answers.refused(streamed.headers, told)
            self._reader.heading(streamed.status, streamed.headers, sent, service)
            yield streamed
        finally:
            streamed.release()

    def use(self, key: PrivateKey) -> None:
        """Sign with another key of the same system from the next call on."""
        identity = Identity(self._base_url, self._identity.client_id, key)
        with self._guard:
            self._identity, self._session = identity, None

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()

    def _asked(self, service: str, body: bytes, case: str, user: str) -> tuple[Reply, Outgoing]:
        headers = _JSON | questions.headers(case, user)
        deadline = monotonic() + self._timeout
        streamed, sent = self._streamed("POST", questions.address(service), headers, body, deadline)
        try:
            return Reply(streamed.status, streamed.headers, streamed.read()), sent
        finally:
            streamed.release()

    def _streamed(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, deadline: float
    ) -> tuple[Streamed, Outgoing]:
        session = self._opened(deadline)
        sent = self._identity.signed(method, target, headers, body, session)
        streamed = self._connections.send(sent, deadline)
        refused = streamed.headers.get("x-shudao-refusal")
        if refused == "replayed" and streamed.again:
            streamed.release()
            raise Unreachable("the call arrived, the connection was lost before its answer", "answer_lost")
        if refused == "signature_refused":
            # The gateway's session secret or our public key may have changed since the session was opened.
            streamed.read()
            streamed.release()
            self._forget(session)
            sent = self._identity.signed(method, target, headers, body, self._opened(deadline))
            streamed = self._connections.send(sent, deadline)
        return streamed, sent

    def _opened(self, deadline: float) -> Session:
        if not self._guard.acquire(timeout=max(0.0, deadline - monotonic())):
            raise Unreachable("another thread's opening of a session took too long", "timed_out")
        try:
            if self._session is None or not self._session.usable():
                reply = self._connections.exchange(self._identity.opening(), deadline)
                self._session = signing.opened(reply.status, reply.body)
            return self._session
        finally:
            self._guard.release()

    def _forget(self, session: Session) -> None:
        with self._guard:
            if self._session is session:  # else another thread has opened a new one already
                self._session = None
