"""
Gateway: signed calls a server-CPU-second, and their latency. `python -m benchmarks.gateway_calls [seconds] [workers]`

A real gateway process; calls signed with a session's MAC beforehand, sent over 64 kept connections; every answer has
its durable ledger entry. Server CPU is that of the launcher and all its children, sequencer included.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from shudao.kernel import signatures
from tests.faces.gateway import raw
from tests.faces.gateway.process import PEOPLE, Place, children, nonce, person, question
from tests.plane import makers

_CONNECTIONS = 64


def _session(place: Place) -> tuple[str, bytes]:
    status, _, body = place.send(*raw.signed(place, path="/session", body=b"", headers={"content-length": "0"}))
    assert status == 200, body
    told = json.loads(body)
    return told["key_id"], base64.b64decode(told["secret"])


def _request(place: Place, number: int, session: tuple[str, bytes]) -> bytes:
    key_id, secret = session
    body, authority = question(subject=person(number % PEOPLE)), f"127.0.0.1:{place.port}"
    headers = {
        "x-road-client": makers.CLIENT,
        "x-road-issue": f"510000-{number}",
        "content-digest": signatures.content_digest(body),
    }
    components = ["@method", "@authority", "@path", "@query", *headers]
    text = signatures.parameters(components, key_id=key_id, created=int(time.time()), nonce=nonce())
    base = signatures.base(signatures.Request("POST", "http", authority, raw.PATH, "", headers), components, text)
    headers |= signatures.headers(text, signatures.mac(secret, base))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {raw.PATH} HTTP/1.1\r\nhost: {authority}\r\ncontent-length: {len(body)}\r\n{lines}\r\n".encode() + body
    )


async def _caller(place: Place, requests: list[bytes], end: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    while requests and time.monotonic() < end:
        started = time.monotonic()
        writer.write(requests.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.monotonic() - started)
    writer.close()


def _cpu(place: Place) -> float:
    assert place.process is not None
    total = 0
    for process in (place.process.pid, *children(place.process.pid)):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


async def _measure(place: Place, seconds: float) -> dict[str, object]:
    session = _session(place)
    requests = [_request(place, number, session) for number in range(int(seconds * 10_000))]
    took: list[float] = []
    cpu, started = _cpu(place), time.monotonic()
    await asyncio.gather(*(_caller(place, requests, started + seconds, took) for _ in range(_CONNECTIONS)))
    wall, cpu = time.monotonic() - started, _cpu(place) - cpu
    took.sort()
    return {
        "workers": place.workers,
        "calls": len(took),
        "calls_per_second": round(len(took) / wall),
        "calls_per_server_cpu_second": round(len(took) / cpu),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 2),
    }


def main() -> None:
    """Start a gateway, call it as fast as this one client process can, print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(dir=os.environ.get("SHUDAO_HOME") or None) as folder:
        place = Place(Path(folder), workers=workers)
        place.build()
        place.publish()
        place.start()
        try:
            figures = asyncio.run(_measure(place, seconds))
        finally:
            place.stop()
    print(json.dumps({"benchmark": "gateway_calls", "machine": machine(), "figures": figures}, indent=1))


if __name__ == "__main__":
    main()
