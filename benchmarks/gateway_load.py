"""Load on a gateway: calls signed by a session beforehand, over kept connections; the server's CPU seconds."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from pathlib import Path

from shudao.kernel import signatures
from tests.faces.gateway import raw
from tests.faces.gateway.process import PEOPLE, Place, children, nonce, person, question
from tests.plane import makers


def session(place: Place) -> tuple[str, bytes]:
    """Return key id and secret of a new session."""
    status, _, body = place.send(*raw.signed(place, path="/session", body=b"", headers={"content-length": "0"}))
    assert status == 200, body
    told = json.loads(body)
    return told["key_id"], base64.b64decode(told["secret"])


def request(place: Place, number: int, session: tuple[str, bytes]) -> bytes:
    """Return a whole signed request for one of the people of the place."""
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


async def caller(place: Place, requests: list[bytes], end: float, took: list[float]) -> None:
    """Send requests one after another until there are none or `end` is past; note what each took."""
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


def cpu(place: Place) -> float:
    """Return the CPU seconds of the launcher and all its children so far."""
    assert place.process is not None
    total = 0
    for process in (place.process.pid, *children(place.process.pid)):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
