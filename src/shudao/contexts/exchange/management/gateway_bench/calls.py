"""Signed calls, made beforehand: nobody may wait for the caller's pen."""

from __future__ import annotations

import base64
import http.client
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shudao.contexts.exchange.management.gateway_bench import people, place
from shudao.kernel import signatures
from shudao.kernel.ids import new_secret
from shudao.kernel.signing import Signer

PATH = f"/r1/{place.SERVICE}"
_COMPONENTS = ("@method", "@authority", "@path", "@query")


@dataclass(frozen=True, slots=True)
class Session:
    """What a MAC is made with, and for which port: the signature covers the authority."""

    key_id: str
    secret: bytes
    port: int


def session(port: int, signer: Signer) -> Session:
    """Open a session with the system's own key."""
    authority, headers = f"127.0.0.1:{port}", {"x-road-client": place.CLIENT}
    parts = _signed("POST", authority, "/session", headers, signer.key_id, new_secret(26))
    signed = signatures.headers(parts[0], signer.sign(parts[1]))
    connection = http.client.HTTPConnection(authority, timeout=10)
    try:
        connection.request("POST", "/session", b"", {**headers, **signed, "content-length": "0"})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"no session: {content.decode('utf-8', 'replace')}")
    told = json.loads(content)
    return Session(told["key_id"], base64.b64decode(told["secret"]), port)


def made(session: Session, rows: int, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` whole requests about people drawn evenly from `rows`; no two alike."""
    drawn = np.random.default_rng(seed).integers(0, rows, count)
    texts = people.identifiers(drawn)
    authority, prefix = f"127.0.0.1:{session.port}", f"{random.SystemRandom().getrandbits(64):016x}"
    fields = json.dumps(place.ASKED)
    for number, text in enumerate(texts):
        subject = text.tobytes().decode()
        body = f'{{"subject": "{subject}", "fields": {fields}, "purpose": "{place.PURPOSE}"}}'.encode()
        headers = {
            "x-road-client": place.CLIENT,
            "x-road-issue": f"{place.CASE}{number:06}",
            "content-digest": signatures.content_digest(body),
        }
        parts = _signed("POST", authority, PATH, headers, session.key_id, f"{prefix}{number:010}")
        headers |= signatures.headers(parts[0], signatures.mac(session.secret, parts[1]))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {PATH} HTTP/1.1\r\nhost: {authority}\r\ncontent-length: {len(body)}\r\n{lines}\r\n"
        yield head.encode() + body


def apart(request: bytes) -> dict[str, object]:
    """Return path, headers and body of one of these requests."""
    head, _, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return {"path": first.split(" ")[1], "headers": dict(line.split(": ", 1) for line in lines), "body": body}


def _signed(
    method: str, authority: str, path: str, headers: dict[str, str], key_id: str, nonce: str
) -> tuple[str, bytes]:
    components = [*_COMPONENTS, *headers]
    text = signatures.parameters(components, key_id=key_id, created=int(time.time()), nonce=nonce)
    request = signatures.Request(method, "http", authority, path, "", headers)
    return text, signatures.base(request, components, text)
