"""
Gateway: calls that a department's own service answers, and pooled ones beside a service that hangs.

`python -m benchmarks.gateway_proxied [seconds]`: one worker; the service is a process of its own that answers the same
200 bytes at once. "beside" has four calls hanging at another service all the while.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import gateway_load as load
from benchmarks.machine import machine
from shudao.kernel import signatures
from tests.faces.gateway import raw
from tests.faces.gateway.department import PATH, Department
from tests.faces.gateway.process import PEOPLE, Place, nonce, person
from tests.plane import makers

_CONNECTIONS = 16
_SERVE = "--serve"
_ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}
_BODY = json.dumps({"name": "试验人", "sex": "1", "birth_date": "1990-01-01", "note": "x" * 120}).encode()


async def _serve() -> None:
    """Answer everything with the same person, at once; print the port."""
    told = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(_BODY), _BODY)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(told)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _request(place: Place, number: int, session: tuple[str, bytes]) -> bytes:
    key_id, secret = session
    path, authority = f"{PATH}/persons/{number}", f"127.0.0.1:{place.port}"
    headers = {"x-road-client": makers.CLIENT, "x-road-issue": f"510000-{number}", **_ABOUT}
    headers["x-shudao-subject"] = person(number % PEOPLE)
    components = ["@method", "@authority", "@path", "@query", *headers]
    text = signatures.parameters(components, key_id=key_id, created=int(time.time()), nonce=nonce())
    base = signatures.base(signatures.Request("GET", "http", authority, path, "", headers), components, text)
    headers |= signatures.headers(text, signatures.mac(secret, base))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nhost: {authority}\r\n{lines}\r\n".encode()


async def _measured(place: Place, seconds: float, request: Callable[..., bytes]) -> dict[str, object]:
    session = load.session(place)
    requests = [request(place, number, session) for number in range(int(seconds * 4000))]
    took: list[float] = []
    cpu, started = load.cpu(place), time.monotonic()
    await asyncio.gather(*(load.caller(place, requests, started + seconds, took) for _ in range(_CONNECTIONS)))
    wall, cpu = time.monotonic() - started, load.cpu(place) - cpu
    took.sort()
    return {
        "calls": len(took),
        "calls_per_second": round(len(took) / wall),
        "calls_per_server_cpu_second": round(len(took) / cpu),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 2),
    }


def _stuck(place: Place, call: tuple[str, str, dict[str, str], bytes]) -> None:
    with contextlib.suppress(OSError):
        place.send(*call, timeout=120)


def _compared(place: Place, hanging: Department, seconds: float) -> dict[str, object]:
    figures: dict[str, object] = {"pooled": asyncio.run(_measured(place, seconds, load.request))}
    figures["department"] = asyncio.run(_measured(place, seconds, _request))
    path = PATH.replace("dept-persons", "dept-hanging") + "/persons/7"
    stuck = [raw.signed(place, method="GET", path=path, headers=_ABOUT) for _ in range(4)]
    for call in stuck:
        threading.Thread(target=_stuck, args=(place, call), daemon=True).start()
    while len(hanging.asked) < len(stuck):
        time.sleep(0.01)
    figures["pooled_beside_a_hanging_service"] = asyncio.run(_measured(place, seconds, load.request))
    figures["department_beside_a_hanging_service"] = asyncio.run(_measured(place, seconds, _request))
    return figures


def _run(folder: Path, url: str, seconds: float) -> dict[str, object]:
    place, hanging = Place(folder, networks="127.0.0.0/8"), Department()
    hanging.answers["/api/persons/7"] = hanging.hang
    place.build()
    service = hanging.resource(url=url, parallel=_CONNECTIONS)
    stuck = hanging.resource(
        code="dept-hanging", service=service.service.replace("persons", "hanging"), timeout_ms=60_000
    )
    named = [place.grant(id=f"g-{code}", resource=code) for code in ("dept-persons", "dept-hanging")]
    place.publish(resources=(makers.resource(), service, stuck), grants=(place.grant(), *named))
    place.start()
    try:
        return _compared(place, hanging, seconds)
    finally:
        hanging.stop()
        place.kill()


async def _with_service(seconds: float) -> dict[str, object]:
    served = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.gateway_proxied", _SERVE, stdout=asyncio.subprocess.PIPE
    )
    assert served.stdout is not None
    port = int(await served.stdout.readline())
    try:
        with tempfile.TemporaryDirectory(dir=os.environ.get("SHUDAO_HOME") or None) as folder:
            return await asyncio.to_thread(_run, Path(folder), f"http://127.0.0.1:{port}/api", seconds)
    finally:
        served.kill()
        await served.wait()


def main() -> None:
    """Serve, or measure and print the figures."""
    if sys.argv[1:] == [_SERVE]:
        asyncio.run(_serve())
        return
    figures = asyncio.run(_with_service(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0))
    print(json.dumps({"benchmark": "gateway_proxied", "machine": machine(), "figures": figures}, indent=1))


if __name__ == "__main__":
    main()
