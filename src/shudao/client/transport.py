"""
Connections of the standard library, kept open between calls; no two threads share one at a time.

A request is sent again, once, where it is safe: when nothing of it was sent, or when the connection was lost before a
byte of the answer came. The second is byte for byte the first, so the gateway, which takes a nonce only once, refuses
it if the first arrived: nothing happens twice.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
from collections.abc import Iterator, Mapping
from time import monotonic, sleep

from shudao.client.answers import LIMIT, Reply
from shudao.client.errors import Unreachable
from shudao.client.signing import Identity, Outgoing

PIECE = 1 << 16
AGAIN_AFTER = 0.05  # seconds, where nobody listened
_LOST = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


class Streamed:
    """An answer whose body is read piece by piece, once; `again` says that it is one to the second sending."""

    def __init__(
        self,
        pool: Connections,
        connection: http.client.HTTPConnection,
        response: http.client.HTTPResponse,
        deadline: float,
        again: bool,
    ) -> None:
        self._pool, self._connection, self._response, self._deadline = pool, connection, response, deadline
        self.again, self.status = again, response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.getheaders()}

    def pieces(self) -> Iterator[bytes]:
        """Yield the body. Raises Unreachable where it ends early, or the time is up."""
        try:
            while piece := self._response.read1(PIECE):
                yield piece
                _limit(self._connection, self._deadline)
            if self._response.length:
                raise http.client.IncompleteRead(b"", self._response.length)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise _failed(error) from error

    def read(self, limit: int = LIMIT) -> bytes:
        """Return the rest of the body. Raises Unreachable, also where it is longer than `limit` bytes."""
        parts, size = [], 0
        for piece in self.pieces():
            size += len(piece)
            if size > limit:
                self._connection.close()
                raise Unreachable("the answer is too large", "answer_too_large")
            parts.append(piece)
        return b"".join(parts)

    def release(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        if self._response.isclosed() and not self._response.will_close:
            self._pool.give_back(self._connection)
        else:
            self._response.close()
            self._connection.close()


class Connections:
    """Idle connections to one gateway."""

    def __init__(self, identity: Identity, timeout: float, tls: ssl.SSLContext | None) -> None:
        self._scheme, self._host, self._port = identity.scheme, identity.host, identity.port
        self._timeout, self._tls = timeout, tls
        self._idle: list[http.client.HTTPConnection] = []

    def send(self, outgoing: Outgoing, deadline: float) -> Streamed:
        """Send, and return the head of the answer. Raises Unreachable."""
        try:
            return self._sent(self._kept() or self._new(), outgoing, deadline)
        except ConnectionRefusedError:
            sleep(max(0.0, min(AGAIN_AFTER, deadline - monotonic())))
        except _LOST:
            pass
        except (OSError, http.client.HTTPException) as error:
            raise _failed(error) from error
        try:
            return self._sent(self._new(), outgoing, deadline, again=True)
        except (OSError, http.client.HTTPException) as error:
            raise _failed(error) from error

    def exchange(self, outgoing: Outgoing, deadline: float) -> Reply:
        """Send, and return the whole answer. Raises Unreachable."""
        streamed = self.send(outgoing, deadline)
        try:
            return Reply(streamed.status, streamed.headers, streamed.read())
        finally:
            streamed.release()

    def give_back(self, connection: http.client.HTTPConnection) -> None:
        """Keep a connection for the next call."""
        self._idle.append(connection)

    def close(self) -> None:
        """Close the idle ones."""
        while self._idle:
            self._idle.pop().close()

    def _sent(
        self, connection: http.client.HTTPConnection, outgoing: Outgoing, deadline: float, *, again: bool = False
    ) -> Streamed:
        try:
            _limit(connection, deadline)
            if connection.sock is None:
                connection.connect()
                _limit(connection, deadline)
            connection.request(outgoing.method, outgoing.target, outgoing.body or None, dict(outgoing.headers))
            _limit(connection, deadline)
            return Streamed(self, connection, connection.getresponse(), deadline, again)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def _kept(self) -> http.client.HTTPConnection | None:
        """Return an idle connection that is still open, None where there is none."""
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:
                break  # another thread was faster
            if kept.sock is not None and not _closed(kept.sock):
                return kept
            kept.close()
        return None

    def _new(self) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)


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


def _failed(error: Exception) -> Unreachable:
    code = "connection_lost"
    if isinstance(error, TimeoutError):
        code = "timed_out"
    elif isinstance(error, ConnectionRefusedError | socket.gaierror | ssl.SSLError):
        code = "not_connected"
    return Unreachable(f"{type(error).__name__}: {error}", code)
