"""
The bare echo: what the server costs that knows nothing of calls. `python -m …gateway_bench.echo PORT WORKERS`

It takes the same requests under the same settings as the gateway, and sends each body back.
"""

from __future__ import annotations

import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

_HEADERS = [("content-type", "application/json")]


async def app(scope: Any, protocol: Any) -> None:
    """Send the body back."""
    protocol.response_bytes(200, _HEADERS, await protocol())


if __name__ == "__main__":
    Server(
        f"{__spec__.name}:app",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=int(sys.argv[2]),
        websockets=False,
        workers_kill_timeout=1,
        log_level=LogLevels.warning,
    ).serve()
