"""
The question's body on its way to the service: a small one whole, a large one as it comes.

The last piece of a streamed body is kept back until the digest that the caller signed holds, so that a service never
gets the whole of a body that was altered or cut off on the way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

from shudao.faces.gateway import incoming
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import BODY_LIMIT, Incoming

METHODS = ("POST", "PUT", "PATCH", "DELETE")  # those of a question that may have a body


class Streamed:
    """A body that is passed on as it comes; `done` once all of it is and its digest held."""

    def __init__(self, request: Incoming, protocol: Any, limit: int) -> None:
        self._pieces = protocol.__aiter__()
        self._limit = limit
        self._digest = request.headers["content-digest"]
        self._size = 0
        self._hashes = {"sha-256": hashlib.sha256(), "sha-512": hashlib.sha512()}
        self.refused: Refused | None = None
        self.waiting = False  # for the caller, rather than for the service
        self.done = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises Refused, also to be found in `refused`, where it is not what was signed."""
        held = b""
        while (piece := await self._next()) is not None:
            if held and piece:
                yield held
            held = piece or held
        if not self._holds():
            self._refuse("signature_refused", "Content-Digest")
        self.done = True
        if held:
            yield held

    def request_hash(self, signed: bytes) -> str:
        """Return the X-Road-Request-Hash of what was signed and of the body, once it is `done`."""
        body = self._hashes["sha-512"].digest() if self._size else b""
        head = hashlib.sha512(signed).digest()
        return base64.b64encode(hashlib.sha512(head + body).digest() if body else head).decode()

    async def _next(self) -> bytes | None:
        self.waiting = True
        try:
            # Not `anext(…, None)`: at the end of granian's iterator that ends the whole process.
            piece = bytes(await self._pieces.__anext__())
        except StopAsyncIteration:
            self.waiting = False
            return None
        self.waiting = False
        self._size += len(piece)
        if self._size > self._limit:
            self._refuse("question_too_large", f"{self._limit} bytes")
        for each in self._hashes.values():
            each.update(piece)
        return piece

    def _holds(self) -> bool:
        known = 0
        for part in self._digest.split(","):
            name, _, value = part.strip().partition("=")
            if name in self._hashes:
                known += 1
                wanted = base64.b64encode(self._hashes[name].digest()).decode()
                if not hmac.compare_digest(value.encode(), f":{wanted}:".encode()):
                    return False
        return known > 0

    def _refuse(self, code: str, why: str) -> None:
        self.refused = Refused(code, why)
        raise self.refused


async def take(request: Incoming, protocol: Any, limit: int) -> Streamed | None:
    """
    Read a small body into `request`; return a large one, or one of unknown size, to be passed on; None where none is.

    Raises:
        Refused: too large for the service, without its digest, or of a method that has none.
    """
    headers = request.headers
    length, coded = headers.get("content-length", "0"), headers.get("transfer-encoding")
    if not length.isascii() or not length.isdigit() or (coded is not None and coded.strip().lower() != "chunked"):
        raise Refused("malformed_request", "length of the body")
    if coded is None and int(length) == 0:
        return None
    if request.request.method not in METHODS:
        raise Refused("malformed_request", "a body")
    if int(length) > limit:
        raise Refused("question_too_large", f"{limit} bytes")
    if coded is None and int(length) <= BODY_LIMIT:
        await incoming.read_body(request, protocol)
        return None
    if "content-digest" not in headers:
        raise Refused("missing_header", "Content-Digest")
    request.streamed = True
    return Streamed(request, protocol, limit)
