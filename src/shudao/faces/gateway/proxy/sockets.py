"""
What the system is told of a connection to a service.

Many services write an answer's head and its body apart. Where they do not switch Nagle's algorithm off, the body waits
for the head to be acknowledged, and a receiver's system puts that off for 40 ms: the whole time of most calls.
"""

from __future__ import annotations

import socket
import sys

import aiohttp


def acknowledge(response: aiohttp.ClientResponse) -> None:
    """Acknowledge at once what has come of an answer, so that a service sends the rest without waiting."""
    connection = response.connection
    transport = connection.transport if connection is not None else None
    if transport is None or sys.platform != "linux":
        return
    made = transport.get_extra_info("socket")
    if made is not None and made.family in (socket.AF_INET, socket.AF_INET6):
        # It holds for this moment alone, hence at every answer; a microsecond.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
