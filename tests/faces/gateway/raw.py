"""Requests signed by hand, so that each part can be spoilt by itself."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.faces.gateway.process import Place, nonce, question
from tests.plane import makers

PATH = "/r1/" + makers.SERVICE


def signed(place: Place, **changes: object) -> tuple[str, str, dict[str, str], bytes]:
    """Return method, path, headers and body of a good call, except for `changes`."""
    take = dict(changes)
    method, path = str(take.pop("method", "POST")), str(take.pop("path", PATH))
    body = take.pop("body", question() if method == "POST" else b"")
    created = int(take.pop("created", time.time()))
    secret, key_id = take.pop("secret", makers.SECRET), str(take.pop("key_id", "window-1"))
    headers = {"x-road-client": makers.CLIENT, "x-road-issue": "510000-1", **take.pop("headers", {})}
    drop = set(take.pop("uncovered", ()))
    extra, once = str(take.pop("extra", "")), str(take.pop("nonce", nonce()))
    assert not take, take
    if body:
        headers["content-digest"] = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    target, _, query = path.partition("?")
    values = {
        "@method": method,
        "@authority": f"127.0.0.1:{place.port}",
        "@path": target,
        "@query": "?" + query,
        **headers,
    }
    names = [name for name in values if name not in drop]
    parameters = "(" + " ".join(f'"{name}"' for name in names) + f');created={created}{extra};nonce="{once}"'
    parameters += f';keyid="{key_id}"'
    base = "".join(f'"{name}": {values[name]}\n' for name in names) + f'"@signature-params": {parameters}'
    signature = base64.b64encode(Ed25519PrivateKey.from_private_bytes(secret).sign(base.encode())).decode()
    headers |= {"signature-input": f"s={parameters}", "signature": f"s=:{signature}:"}
    return method, path, headers, body


def outcome(reply: tuple[int, dict[str, str], bytes]) -> str:
    """Return the refusal's code, or "answered"."""
    status, headers, _ = reply
    return headers.get("x-shudao-refusal", "answered" if status == 200 else str(status))


def over_socket(
    place: Place, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the one answer, however it ends."""
    lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{place.port}", "connection: close"]
    headers = {"content-length": str(len(body))} | headers
    lines += [f"{name}: {value}" for name, value in headers.items()]
    answer = exchanged(place, ("\r\n".join(lines) + "\r\n\r\n").encode() + body)
    head, _, content = answer.partition(b"\r\n\r\n")
    told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, value in told.items()}, content


def exchanged(place: Place, sent: bytes, seconds: float = 5.0) -> bytes:
    """Return all bytes that come back until the connection ends or nothing comes any more."""
    answer = b""
    with socket.create_connection(("127.0.0.1", place.port), timeout=seconds) as sock, suppress(OSError):
        sock.sendall(sent)
        while part := sock.recv(65536):
            answer += part
    return answer


def request_hash(place: Place, call: tuple[str, str, dict[str, str], bytes]) -> str:
    """Return X-Road-Request-Hash of a signed call, reckoned anew from what was signed."""
    method, path, headers, body = call
    parameters = headers["signature-input"].partition("=")[2]
    target, _, query = path.partition("?")
    values = {"@method": method, "@path": target, "@query": "?" + query, **headers}
    values["@authority"] = f"127.0.0.1:{place.port}"
    names = [name.strip('"') for name in parameters[1 : parameters.index(")")].split(" ")]
    base = "".join(f'"{name}": {values[name]}\n' for name in names) + f'"@signature-params": {parameters}'
    head = hashlib.sha512(base.encode()).digest() + hashlib.sha512(body).digest()
    return base64.b64encode(hashlib.sha512(head).digest()).decode()
