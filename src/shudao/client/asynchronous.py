"""
The client for asyncio, by aiohttp (`pip install aiohttp`): the same questions, answers and errors as `calls.Client`.

    async with AsyncClient("http://127.0.0.1:8100", "SHUDAO/GOV/<USCC>/one-window", key) as client:
        answer = await client.call(service, subject="…", fields=("name",), purpose="handling", case="5100…")
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType

import aiohttp
from yarl import URL

from shudao.client import answers, questions, signing
from shudao.client.answers import LIMIT, Answer, Reply, Verified
from shudao.client.errors import Refused, Unreachable
from shudao.client.keys import PrivateKey
from shudao.client.receipts import Keeper, Trust
from shudao.client.signing import Identity, Outgoing, Session
from shudao.client.transport import AGAIN_AFTER, PIECE

TIMEOUT = 3.0
_JSON = {"content-type": "application/json"}
_LEFT_OUT = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class AsyncStreamed:
    """An answer whose body is read piece by piece, once; `headers` have lower-case names, `raw` all as they came."""

    def __init__(self, response: aiohttp.ClientResponse, again: bool) -> None:
        self._response = response
        self.again, self.status = again, response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}
        self.raw: Sequence[tuple[str, str]] = tuple(response.headers.items())

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises Unreachable where it ends early."""
        try:
            async for piece in self._response.content.iter_chunked(PIECE):
                yield piece
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error

    async def read(self, limit: int = LIMIT) -> bytes:
        """Return the rest of the body. Raises Unreachable, also where it is longer than `limit` bytes."""
        parts, size = [], 0
        async for piece in self.pieces():
            size += len(piece)
            if size > limit:
                raise Unreachable("the answer is too large", "answer_too_large")
            parts.append(piece)
        return b"".join(parts)

    def release(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


class AsyncClient:
    """
    Calls a gateway as one registered system; its calls share a session and at most `connections` connections.

    Args:
        connections: Calls at once; the next ones wait, within their own time.
        The others: As of `calls.Client`.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        key: PrivateKey,
        *,
        timeout: float = TIMEOUT,
        connections: int = 32,
        gateway_keys: Mapping[str, bytes] | None = None,
        receipts: Keeper | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._base_url, self._timeout, self._limit, self._tls = base_url, timeout, connections, tls
        self._identity = Identity(base_url, client_id, key)
        self._reader = answers.Reader(Trust(gateway_keys or {}), receipts)
        self._session: Session | None = None
        self._guard = asyncio.Lock()
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def call(
        self, service: str, subject: str, fields: Sequence[str], purpose: str, case: str = "", user: str = ""
    ) -> Answer:
        """Ask for fields of one subject, as `calls.Client.call`."""
        reply, sent = await self._asked(service, questions.fields(subject, fields, purpose), case, user)
        return self._reader.answer(reply, sent, service)

    async def verify(
        self, service: str, subject: str, values: Mapping[str, object], purpose: str, case: str = "", user: str = ""
    ) -> Verified:
        """Ask whether fields of one subject have these values, as `calls.Client.verify`."""
        reply, sent = await self._asked(service, questions.verification(subject, values, purpose), case, user)
        return self._reader.verified(reply, sent, service)

    async def batch(
        self,
        service: str,
        subjects: Sequence[str],
        fields: Sequence[str],
        purpose: str,
        case: str = "",
        user: str = "",
    ) -> list[Answer | Refused]:
        """Ask for fields of 1 to 100 subjects, as `calls.Client.batch`."""
        reply, sent = await self._asked(service, questions.batch(subjects, fields, purpose), case, user)
        return self._reader.batch(reply, sent, service, len(subjects))

    @contextlib.asynccontextmanager
    async def request(
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
    ) -> AsyncIterator[AsyncStreamed]:
        """Call a department's own service through the gateway, as `calls.Client.request`."""
        sent_headers = {name.lower(): value for name, value in (headers or {}).items()}
        sent_headers |= questions.headers(case, user, purpose)
        target = questions.address(service, path, query)
        async with self.streamed(method.upper(), target, sent_headers, body, timeout=timeout) as (streamed, sent):
            if answers.is_refusal(streamed.headers):
                told = await streamed.read()
                self._reader.heading(streamed.status, streamed.headers, sent, service)
                raise answers.refused(streamed.headers, told)
            self._reader.heading(streamed.status, streamed.headers, sent, service)
            yield streamed

    @contextlib.asynccontextmanager
    async def streamed(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, *, timeout: float | None = None
    ) -> AsyncIterator[tuple[AsyncStreamed, Outgoing]]:
        """
        Sign and send; the answer comes as it is, refusals too, with what was sent to check it by (`check`).

        Raises:
            Unreachable, ValueError; Refused where no session is given.
        """
        streamed: AsyncStreamed | None = None
        limit = asyncio.timeout(timeout or self._timeout)
        try:
            async with limit:
                session = await self._opened()
                sent = self._identity.signed(method, target, headers, body, session)
                streamed = await self._send(sent)
                refused = streamed.headers.get("x-shudao-refusal")
                if refused == "replayed" and streamed.again:
                    raise Unreachable("the call arrived, the connection was lost before its answer", "answer_lost")
                if refused == "signature_refused":
                    # The gateway's session secret or our public key may have changed since the session was opened.
                    await streamed.read()
                    streamed.release()
                    self._session = None if self._session is session else self._session
                    sent = self._identity.signed(method, target, headers, body, await self._opened())
                    streamed = await self._send(sent)
                yield streamed, sent
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise Unreachable("the time for the call is used up", "timed_out") from error
        finally:
            if streamed is not None:
                streamed.release()

    def check(self, streamed: AsyncStreamed, sent: Outgoing, service: str) -> str:
        """Check the head of an answer, keep its receipt, return its ledger place. Raises Untrusted, Unreachable."""
        return self._reader.heading(streamed.status, streamed.headers, sent, service)

    async def plain(self, target: str, headers: Mapping[str, str]) -> Reply:
        """Get what is open to anybody, unsigned. Raises Unreachable."""
        try:
            async with asyncio.timeout(self._timeout):
                sent = {**headers, "host": self._identity.authority}
                streamed = await self._send(Outgoing("GET", target, sent, b"", b""))
                try:
                    return Reply(streamed.status, streamed.headers, await streamed.read())
                finally:
                    streamed.release()
        except TimeoutError as error:
            raise Unreachable("the time for the call is used up", "timed_out") from error

    def use(self, key: PrivateKey) -> None:
        """Sign with another key of the same system from the next call on."""
        self._identity, self._session = Identity(self._base_url, self._identity.client_id, key), None

    def trust(self, gateway_keys: Mapping[str, bytes]) -> None:
        """Check receipts by these public keys from now on."""
        self._reader.trust = Trust(gateway_keys)

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    async def _asked(self, service: str, body: bytes, case: str, user: str) -> tuple[Reply, Outgoing]:
        headers = _JSON | questions.headers(case, user)
        async with self.streamed("POST", questions.address(service), headers, body) as (streamed, sent):
            return Reply(streamed.status, streamed.headers, await streamed.read()), sent

    async def _opened(self) -> Session:
        async with self._guard:
            if self._session is None or not self._session.usable():
                streamed = await self._send(self._identity.opening())
                try:
                    self._session = signing.opened(streamed.status, await streamed.read())
                finally:
                    streamed.release()
            return self._session

    async def _send(self, outgoing: Outgoing) -> AsyncStreamed:
        try:
            return AsyncStreamed(await self._sent(outgoing), False)
        except aiohttp.ClientConnectorError as error:
            if not isinstance(error.os_error, ConnectionRefusedError):
                raise _failed(error) from error
            await asyncio.sleep(AGAIN_AFTER)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError):
            pass
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error
        # The same bytes once more: the gateway takes their nonce only once (see transport).
        try:
            return AsyncStreamed(await self._sent(outgoing), True)
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error

    async def _sent(self, outgoing: Outgoing) -> aiohttp.ClientResponse:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limit, ssl=self._tls or True),
                timeout=aiohttp.ClientTimeout(total=None),
                skip_auto_headers=_LEFT_OUT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return await self._http.request(
            outgoing.method,
            URL(self._identity.scheme + "://" + self._identity.authority + outgoing.target, encoded=True),
            headers=outgoing.headers,
            data=outgoing.body or None,
            allow_redirects=False,
        )


def _failed(error: Exception) -> Unreachable:
    code = "connection_lost"
    if isinstance(error, TimeoutError):
        code = "timed_out"
    elif isinstance(error, aiohttp.ClientConnectorError):
        code = "not_connected"
    return Unreachable(f"{type(error).__name__}: {error}", code)
