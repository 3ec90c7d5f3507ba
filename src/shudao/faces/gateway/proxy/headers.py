"""
Which headers pass, there and back. Pure.

What a caller need not sign passes, so it must not be able to make of the question another one than was authorised: by
naming another method or address, as many frameworks take it from a header, or by an underscore in a name, which every
service behind WSGI or CGI reads as a hyphen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Headers = list[tuple[str, str]]

_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
_HOP |= {"transfer-encoding", "upgrade", "http2-settings"}
# What this hop says itself, and what a service might take for the word of a proxy of its own.
_OURS = {"host", "user-agent", "content-length", "expect", "accept-encoding", "signature", "signature-input"}
_OURS |= {"forwarded", "via", "x-shudao-grant", "x-road-request-hash", "x-road-request-id", "x-road-service"}
# A cookie is a right of its own, which no grant, signature or ledger entry speaks of.
_COOKIES = {"cookie", "cookie2", "set-cookie", "set-cookie2"}
_OURS |= _COOKIES
_TRUSTED = ("x-forwarded-", "x-real-ip", "x-original-", "x-rewrite-", "x-http-method", "x-method")
_NAME = re.compile(r"[a-z0-9-]{1,64}")
_NOT_BACK = {"server", "date", "content-length", "server-timing", "cache-control", "alt-svc"}
_NOT_BACK |= {"strict-transport-security"} | _COOKIES
_NOT_THEIRS = ("x-road-", "x-shudao-")
# A header may tell what the body must not: of an answer that was cut only these pass.
_CUT = {"content-type", "content-language"}


def asking(given: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of the question to the service: the caller's that may pass, then what the gateway tells."""
    hop = _named(given.get("connection", ""))
    kept = {
        name: value
        for name, value in given.items()
        if _NAME.fullmatch(name)
        and name not in _HOP
        and name not in _OURS
        and name not in hop
        and not name.startswith(_TRUSTED)
    }
    return {"accept": "application/json"} | kept | {"accept-encoding": "identity"} | dict(told)


def answering(given: Iterable[tuple[str, str]], *, cut: bool) -> Headers:
    """Return the service's headers that reach the caller; of an answer that is `cut`, its type and language alone."""
    lowered = [(name.lower(), value) for name, value in given]
    hop = _named(",".join(value for name, value in lowered if name == "connection"))
    return [
        (name, value)
        for name, value in lowered
        if (name in _CUT if cut else name not in _HOP and name not in _NOT_BACK and name not in hop)
        and not name.startswith(_NOT_THEIRS)
        and value.isascii()
        and value.isprintable()
    ]


def _named(connection: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in connection.split(","))
