"""Make a request ready to be sent: signed by the system's own key, or by the MAC of a session that the key opened."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shudao.client.errors import Refused, Unreachable
from shudao.client.keys import PrivateKey
from shudao.kernel import signatures, signing
from shudao.kernel.ids import new_id, new_secret
from shudao.kernel.time import now

RENEW_BEFORE = 60  # seconds before a session's end
_COVERED = ("x-road-", "x-shudao-", "content-digest")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_TARGET = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A signed request; `base` is what was signed, `target` path and query as they stand on the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    base: bytes = field(repr=False)

    @property
    def call(self) -> str:
        """The X-Road-Id."""
        return self.headers.get("x-road-id", "")

    @property
    def request_hash(self) -> str:
        """What X-Road-Request-Hash of the answer must be."""
        return signatures.request_hash(self.base, self.body)


@dataclass(frozen=True, slots=True)
class Session:
    """A MAC key that the gateway gave; `expires` is a Unix second."""

    key_id: str
    secret: bytes = field(repr=False)
    expires: int

    def usable(self) -> bool:
        """Return whether it lasts for another minute."""
        return self.expires - RENEW_BEFORE >= now().timestamp()


class Identity:
    """
    Who calls, and whom.

    Args:
        base_url: "http://127.0.0.1:8100", or the https address of the proxy in front of the gateway.
        client_id: The system's X-Road identifier of four parts.
        key: Its private key, registered under this id.
    """

    def __init__(self, base_url: str, client_id: str, key: PrivateKey) -> None:
        parts = urlsplit(base_url)
        more = parts.path.strip("/") or parts.query or parts.username is not None
        if parts.scheme not in ("http", "https") or not parts.hostname or more:
            raise ValueError(f"not an http address: {base_url!r}")
        self.scheme, self.host, self.port, self.authority = parts.scheme, parts.hostname, parts.port, parts.netloc
        self.client_id = client_id
        self.key_id = key.id
        self._algorithm = key.algorithm
        self._signer = signing.scheme(key.algorithm).signer(key.id, key.secret)

    def opening(self) -> Outgoing:
        """Return the request that asks for a session."""
        headers = {"x-road-client": self.client_id, "content-length": "0"}
        return self._signed("POST", "/session", headers, b"", None)

    def signed(self, method: str, target: str, headers: Mapping[str, str], body: bytes, session: Session) -> Outgoing:
        """
        Return the request, signed by the session's MAC.

        Args:
            target: Path and query, percent-encoded.
            headers: Lower-case names; X-Road-Client and, where absent, X-Road-Id are added.

        Raises:
            ValueError: a header or the target cannot be sent.
        """
        ours = {"x-road-id": new_id(), **headers, "x-road-client": self.client_id}
        _check(target, ours)
        if body:
            ours["content-digest"] = signatures.content_digest(body)
        return self._signed(method, target, ours, body, session)

    def _signed(
        self, method: str, target: str, headers: dict[str, str], body: bytes, session: Session | None
    ) -> Outgoing:
        path, _, query = target.partition("?")
        components = ["@method", "@authority", "@path", "@query"]
        components += [name for name in headers if name.startswith(_COVERED)]
        text = signatures.parameters(
            components,
            key_id=session.key_id if session else self.key_id,
            created=int(now().timestamp()),
            nonce=new_secret(26),
            algorithm="hmac-sha256" if session else self._algorithm,
        )
        request = signatures.Request(method, self.scheme, self.authority, path, query, headers)
        base = signatures.base(request, components, text)
        signature = signatures.mac(session.secret, base) if session else self._signer.sign(base)
        headers = headers | signatures.headers(text, signature) | {"host": self.authority}
        return Outgoing(method, target, headers, body, base)


def opened(status: int, body: bytes) -> Session:
    """Return the session of the gateway's answer. Raises Refused, Unreachable."""
    try:
        told = json.loads(body)
        if status == 200:
            return Session(told["key_id"], base64.b64decode(told["secret"]), int(told["expires"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreachable(f"the gateway's session (status {status}) is unreadable") from error
    if not isinstance(told, dict):
        raise Unreachable(f"the answer to a session's opening (status {status}) is not an object")
    kind, title, trace = (str(told.get(name, "")) for name in ("code", "title", "trace"))
    raise Refused("session_refused", kind, title, trace, "")


def _check(target: str, headers: Mapping[str, str]) -> None:
    if not target.startswith("/") or not _TARGET.fullmatch(target):
        raise ValueError("the path must begin with / and be percent-encoded")
    for name, value in headers.items():
        if not _VALUE.fullmatch(value):
            raise ValueError(f"{name} must be printable ASCII; percent-encode what is not")
