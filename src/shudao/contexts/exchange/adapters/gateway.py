"""Calls to the gateway over its socket, signed as the platform's own system; and what it says of itself."""

from __future__ import annotations

import http.client
from functools import lru_cache

import msgspec
from django.conf import settings

from shudao.client.calls import Client
from shudao.kernel.keys import Key

TIMEOUT = 2.5  # seconds for a whole call; who asks was promised three


def client(client_id: str, key: Key) -> Client:
    """Return this process's client; it keeps its session and a connection for each thread."""
    return _client(str(settings.GATEWAY_ADDRESS), client_id, key)


@lru_cache(maxsize=8)
def _client(address: str, client_id: str, key: Key) -> Client:
    return Client(f"http://{address}", client_id, key, timeout=TIMEOUT)


class _Line(msgspec.Struct):
    service: str
    state: str
    reachable: bool | None = None


class _Health(msgspec.Struct):
    upstreams: list[_Line] = []


def reachable() -> frozenset[str]:
    """Return the resources whose own service the gateway can reach and does not rest from; none where it is down."""
    connection = http.client.HTTPConnection(str(settings.GATEWAY_ADDRESS), timeout=TIMEOUT)
    try:
        connection.request("GET", "/health")
        told = msgspec.json.decode(connection.getresponse().read(), type=_Health)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError):
        return frozenset()
    finally:
        connection.close()
    return frozenset(one.service for one in told.upstreams if one.reachable and one.state == "closed")
