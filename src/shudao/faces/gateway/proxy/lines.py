"""The line to one department's service: its session, its breaker, its places. Nothing is shared between lines."""

from __future__ import annotations

import asyncio
import math
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.proxy.bodies import Streamed
from shudao.faces.gateway.proxy.breaker import Breaker, Resting
from shudao.faces.gateway.proxy.networks import AddressRefused, Networks, is_address, is_open
from shudao.faces.gateway.proxy.places import Places
from shudao.faces.gateway.proxy.reaching import Reach, connected
from shudao.faces.gateway.proxy.resolving import Resolver
from shudao.faces.gateway.proxy.sockets import acknowledge
from shudao.plane.grants import Resource, Upstream

CONNECT_SECONDS = 2.0
_UPLOAD_SECONDS = 20.0
_WHOLE = 10  # times the service's time-out: from the question's first byte to the answer's last
_UNTAKEN_MILLISECONDS = 60_000
_IDLE_SECONDS = 4.0  # for which a connection is kept; many servers end theirs after five


class UpstreamFailed(Refused):
    """The service's doing: counts in its breaker."""


@dataclass(slots=True)
class Asking:
    """One question. `path` is normalised and allowed; `mark` is told of the steps that are done."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes | Streamed
    mark: Callable[[str], None]
    timer: asyncio.Timeout | None = field(default=None, init=False)
    seconds: float = field(default=0.0, init=False)

    def connected(self) -> None:
        """From now on the service's own time counts; while a body is under way, the time for that."""
        self.mark("connect")
        self._give(self.seconds)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield a streamed body: the caller has its time to send it, the service its own to take each piece."""
        if not isinstance(self.body, Streamed):
            return
        ends = asyncio.get_running_loop().time() + _UPLOAD_SECONDS
        self._until(ends)
        async for piece in self.body.pieces():
            self._give(self.seconds)
            yield piece
            self._until(ends)
        self._give(self.seconds)

    def _give(self, seconds: float) -> None:
        self._until(asyncio.get_running_loop().time() + seconds)

    def _until(self, instant: float) -> None:
        if self.timer is not None and not self.timer.expired():
            self.timer.reschedule(instant)


class Answering:
    """An answer whose head has come; its body is read piece by piece."""

    def __init__(self, response: aiohttp.ClientResponse, upstream: Upstream, until: float, *, early: bool) -> None:
        self._response = response
        self._seconds = upstream.timeout_ms / 1000
        self._until = until
        self._size = 0
        self.largest = upstream.max_body
        self.early = early  # it came before the service had the whole question
        self.status = response.status
        self.headers = response.headers
        length = response.headers.get("Content-Length", "")
        self.length = int(length) if length.isascii() and length.isdigit() else None

    async def piece(self) -> bytes:
        """Return the next bytes, b"" at the end. Raises UpstreamFailed: late, broken off; Refused: too large."""
        last = min(asyncio.get_running_loop().time() + self._seconds, self._until)
        try:
            async with asyncio.timeout_at(last):
                piece = await self._response.content.readany()
        except TimeoutError:
            raise UpstreamFailed("upstream_timeout") from None
        except (aiohttp.ClientError, OSError):
            raise UpstreamFailed("upstream_broken") from None
        self._size += len(piece)
        if self._size > self.largest:
            raise Refused("answer_too_large")  # a caller chose it: it says nothing of the service's health
        return piece

    def close(self) -> None:
        """Give the connection back, or end it where something is left of the answer."""
        self._response.close()


class Line:
    """Of one resource with an upstream."""

    def __init__(
        self,
        resource: Resource,
        upstream: Upstream,
        *,
        allowed: Networks,
        places: Places,
        tell: Callable[[str], None],
        resolver: Resolver | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.resource, self.upstream = resource, upstream
        self.breaker = Breaker(clock)
        self.reach = Reach(clock)
        self._places = places
        self._tell = tell
        self._allowed = allowed
        self._resolver = resolver or Resolver(allowed)
        self._base = upstream.url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self.calls = 0

    @asynccontextmanager
    async def ask(self, asking: Asking) -> AsyncIterator[Answering]:
        """
        Ask the service; the answer's head has come, and it is no failure.

        Raises:
            UpstreamFailed: by code, what was wrong with the service; nothing of its own words.
            Refused: too many calls at once, a service that is left alone for now, a body that is not what was signed.
        """
        ticket = self._admitted()
        place = self._places.take(self.resource.code, self.upstream.parallel)
        if place is None:
            self.breaker.abandoned(ticket)
            raise Refused("upstream_busy", retry=1)
        self.calls += 1
        word, answer = self.breaker.abandoned, None
        try:
            answer = await self._head(asking)
            word = self.breaker.succeeded
            self.reach.note(True)
            failed = _unfit(answer)
            if failed is not None:
                raise failed
            yield answer
        except UpstreamFailed:
            word = self.breaker.failed
            raise
        finally:
            if answer is not None:
                answer.close()
            self.calls -= 1
            self._places.give(place)
            word(ticket)

    def health(self) -> dict[str, object]:
        """Return how the line stands, without saying where it leads."""
        state = {"service": self.resource.code, "state": self.breaker.state, "calls": self.calls}
        return state | {"rest_seconds": round(self.breaker.rest, 1), "reachable": self.reach.found}

    async def look(self) -> None:
        """See whether the service is there, asking it nothing."""
        found = await connected(self._base, resolver=self._resolver, allowed=self._allowed, trusted=trusted())
        self.reach.note(found)

    async def close(self) -> None:
        """End its connections."""
        if self._session is not None:
            await self._session.close()

    def _admitted(self) -> int:
        try:
            return self.breaker.admit()
        except Resting as resting:
            raise Refused("upstream_resting", retry=math.ceil(resting.seconds)) from None

    async def _head(self, asking: Asking) -> Answering:
        start = asyncio.get_running_loop().time()
        asking.seconds = self.upstream.timeout_ms / 1000
        try:
            async with asyncio.timeout(CONNECT_SECONDS + asking.seconds) as asking.timer:
                response = await self._sent(asking)
        except TimeoutError as error:
            raise _late(asking, error) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._failure(asking, error) from None
        finally:
            asking.timer = None
        asking.mark("wait")
        acknowledge(response)
        early = isinstance(asking.body, Streamed) and not asking.body.done
        until = start + _WHOLE * asking.seconds + CONNECT_SECONDS + _UPLOAD_SECONDS
        return Answering(response, self.upstream, until, early=early)

    async def _sent(self, asking: Asking) -> aiohttp.ClientResponse:
        if self._session is None:
            self._session = _session(self._resolver, self.upstream.parallel)
        host = urlsplit(self._base).hostname or ""
        if is_address(host) and not is_open(host, self._allowed):
            raise AddressRefused(host)
        path = asking.path if asking.path != "/" or not urlsplit(self._base).path else ""
        address = f"{self._base}{path}" + (f"?{asking.query}" if asking.query else "")
        return await self._session.request(
            asking.method,
            URL(address, encoded=True),
            headers=asking.headers,
            data=asking.pieces() if isinstance(asking.body, Streamed) else asking.body or None,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
            trace_request_ctx=asking,
        )

    def _failure(self, asking: Asking, error: Exception) -> Refused:
        if isinstance(asking.body, Streamed) and asking.body.refused is not None:
            return asking.body.refused
        inner = error.os_error if isinstance(error, aiohttp.ClientConnectorDNSError) else error
        if isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
            self._tell(f"{self.resource.code}: its service cannot be trusted: {type(error).__name__}")
            return UpstreamFailed("upstream_untrusted")
        if isinstance(inner, AddressRefused):
            self._tell(f"{self.resource.code}: address {inner} is in no network that its service may have")
            return UpstreamFailed("upstream_address")
        if isinstance(error, aiohttp.ClientConnectorError):
            return UpstreamFailed("upstream_unreachable")
        return UpstreamFailed("upstream_broken")


def _late(asking: Asking, error: TimeoutError) -> Refused:
    body = asking.body
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return UpstreamFailed("upstream_unreachable")
    if isinstance(body, Streamed) and body.waiting and not body.done:
        return Refused("malformed_request", "the body did not arrive in time")
    return UpstreamFailed("upstream_timeout")


def _unfit(answer: Answering) -> Refused | None:
    if answer.length is not None and answer.length > answer.largest:
        return Refused("answer_too_large")
    if answer.status >= 500 or (300 <= answer.status < 400 and answer.status != 304):
        return UpstreamFailed("upstream_error", f"status {answer.status}")
    if answer.status >= 400 and answer.status != 404:
        return Refused("upstream_declined", f"status {answer.status}")
    return UpstreamFailed("upstream_broken") if answer.early else None


@cache
def trusted() -> ssl.SSLContext:
    """Return what certificates are checked by: the system's authorities, or those of SSL_CERT_FILE."""
    return ssl.create_default_context()


def _session(resolver: Resolver, parallel: int) -> aiohttp.ClientSession:
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_end.append(_connected)
    tracing.on_connection_reuseconn.append(_connected)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=parallel,
            resolver=resolver,
            use_dns_cache=False,
            keepalive_timeout=_IDLE_SECONDS,
            ssl=trusted(),
            socket_factory=_socket,
        ),
        # Callers share the session: nothing may be remembered from one to the next.
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("User-Agent", "Content-Type"),
        trace_configs=[tracing],
    )


def _socket(found: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(found[0], found[1], found[2])
    made.setblocking(False)
    if sys.platform == "linux":
        # A service that takes nothing keeps what was sent, and the socket, for ever: the system ends it.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNTAKEN_MILLISECONDS)
    return made


async def _connected(session: aiohttp.ClientSession, context: Any, parameters: object) -> None:
    context.trace_request_ctx.connected()
