"""
A service's name resolved by us: what is looked at is what is connected to, so a name cannot point elsewhere in between.

Each service has its own resolver with a thread of its own, so that a name server that hangs holds up nobody else.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from shudao.faces.gateway.proxy.networks import AddressRefused, Networks, is_open

_KEPT_SECONDS = 30.0

Lookup = Callable[..., list[Any]]


class Resolver(AbstractResolver):
    """Of one service; refuses a name of which any address is not open."""

    def __init__(
        self, allowed: Networks, lookup: Lookup = socket.getaddrinfo, clock: Callable[[], float] = monotonic
    ) -> None:
        self._allowed = allowed
        self._lookup = lookup
        self._clock = clock
        self._known: list[ResolveResult] = []
        self._until = 0.0
        self._running: asyncio.Future[list[ResolveResult]] | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the name's addresses. Raises AddressRefused (an OSError), OSError where there are none."""
        if self._clock() < self._until:
            return list(self._known)
        if self._running is None or self._running.done():
            self._running = self._started(host, port)
        found = await asyncio.shield(self._running)
        for each in found:
            if not is_open(each["host"], self._allowed):
                raise AddressRefused(each["host"])
        self._known, self._until = found, self._clock() + _KEPT_SECONDS
        return list(found)

    async def close(self) -> None:
        """Nothing to give back."""

    def _started(self, host: str, port: int) -> asyncio.Future[list[ResolveResult]]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[ResolveResult]] = loop.create_future()
        # Nobody may be left to hear of it: the caller's time was up.
        done.add_done_callback(lambda future: future.cancelled() or future.exception())

        def work() -> None:
            try:
                found = [_result(host, port, each) for each in self._lookup(host, port, type=socket.SOCK_STREAM)]
                loop.call_soon_threadsafe(done.set_result, found)
            except (OSError, ValueError) as error:
                loop.call_soon_threadsafe(done.set_exception, OSError(str(error)))
            except RuntimeError:
                return  # the loop has ended, and the worker with it

        # Not from a pool: a pool is waited for when the process ends.
        threading.Thread(target=work, name="resolving", daemon=True).start()
        return done


def _result(host: str, port: int, found: tuple[Any, ...]) -> ResolveResult:
    family, _, proto, _, address = found
    text = str(address[0])
    if family == socket.AF_INET6 and len(address) > 3 and address[3]:
        text = f"{text.partition('%')[0]}%{address[3]}"
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=text, port=port, family=family, proto=proto, flags=numeric)
