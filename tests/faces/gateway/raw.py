"""Requests signed by hand, so that each part can be spoilt by itself."""

from __future__ import annotations

import base64
import hashlib
import time

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
