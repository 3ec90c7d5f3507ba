"""Which headers pass, by the protocol's rules (4.3): user headers unmodified, hop-by-hop ones never."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from multidict import CIMultiDict, CIMultiDictProxy

_HOP = frozenset(("connection", "keep-alive", "proxy-authenticate", "proxy-authorization")) | frozenset(
    ("te", "trailer", "transfer-encoding", "upgrade")
)
_TOLD = frozenset(("host", "user-agent", "server"))
# Written anew: what we sign with, and what only answers have.
_OURS = frozenset(("content-length", "expect", "signature", "signature-input", "content-digest")) | frozenset(
    ("x-road-client", "x-road-request-hash")
)
_LAST_WINS = ("x-road-", "x-shudao-")


def request(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """Return what goes to the gateway, names in lower case; of a repeated X-Road header, the last."""
    dropped = _HOP | _TOLD | _OURS | _named(headers.getall("connection", []))
    passed: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        if name in dropped:
            continue
        if name in passed and not name.startswith(_LAST_WINS):
            passed[name] += ("; " if name == "cookie" else ", ") + value
        else:
            passed[name] = value
    passed.setdefault("accept", "application/json")
    return passed


def answer(headers: Iterable[tuple[str, str]]) -> CIMultiDict[str]:
    """Return what goes back to the client, repeated ones repeated."""
    found = CIMultiDict(headers)
    dropped = _HOP | _TOLD | _named(found.getall("connection", []))
    return CIMultiDict((name, value) for name, value in found.items() if name.lower() not in dropped)


def last(headers: CIMultiDictProxy[str], name: str) -> str:
    """Return the header's last value, "" where there is none."""
    return headers.getall(name, [""])[-1].strip()


def plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Return of a request's headers those that an open metadata service looks at."""
    return {name: headers[name] for name in ("accept", "accept-language") if name in headers}


def _named(connection: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip().lower() for value in connection for name in value.split(","))
