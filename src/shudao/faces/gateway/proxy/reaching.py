"""
Whether a department's service is there, found out without asking it anything.

Every question to a service is about somebody, so none is asked for this: a connection is made, its certificate looked
at, and it is ended. A service that answers calls is known to be there from them.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from shudao.faces.gateway.proxy.networks import AddressRefused, Networks, is_address, is_open
from shudao.faces.gateway.proxy.resolving import Resolver

EVERY = 60.0
_SECONDS = 2.0


@dataclass(slots=True)
class Reach:
    """What is known of one service: `found` is None until it was looked for."""

    clock: Callable[[], float]
    found: bool | None = None
    _at: float = float("-inf")

    @property
    def due(self) -> bool:
        """Whether it is time to look again."""
        return self.clock() - self._at >= EVERY

    def note(self, found: bool) -> None:
        """It was reached now, or it was not."""
        self.found, self._at = found, self.clock()


async def connected(url: str, *, resolver: Resolver, allowed: Networks, trusted: ssl.SSLContext) -> bool:
    """Return whether a connection to the service can be made, as a call would make it."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    with contextlib.suppress(OSError, ValueError):
        async with asyncio.timeout(_SECONDS):
            for address in await _addresses(host, port, resolver, allowed):
                with contextlib.suppress(ConnectionError):
                    name, context = (host, trusted) if secure else (None, None)
                    _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
                    writer.close()
                    return True
    return False


async def _addresses(host: str, port: int, resolver: Resolver, allowed: Networks) -> list[str]:
    if not is_address(host):
        return [each["host"] for each in await resolver.resolve(host, port)]
    if not is_open(host, allowed):
        raise AddressRefused(host)
    return [host]
