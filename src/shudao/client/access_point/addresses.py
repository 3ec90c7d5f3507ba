"""
What a plain X-Road client writes into the request line, made into what the gateway takes.

Parts of identifiers are percent-encoded one by one (protocol, 4.2), so they are split first and decoded then. What
remains may hold only the characters that identifiers have (4.8), none of which needs encoding. Path and query behind
the service pass unmodified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote_to_bytes

from shudao.client.access_point.faults import Fault

TARGET_LIMIT = 8000
_PART = re.compile(r"[A-Za-z0-9_'()+,=.\-]{1,128}")
_ENCODED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_VISIBLE = re.compile(r"[!-~]*")


class Kind(Enum):
    """What is asked for."""

    DATA = "data"
    ALLOWED = "allowedMethods"
    OPEN = "open metadata"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Target:
    """`service` is the X-Road identifier of five parts, "" where none is named; `wire` goes to the gateway."""

    kind: Kind
    service: str
    wire: str


def parse(raw: str) -> Target:
    """Return what the request line asks for. Raises Fault."""
    if len(raw) > TARGET_LIMIT or not _VISIBLE.fullmatch(raw) or "#" in raw:
        raise Fault("bad_request", "address")
    path, mark, query = raw.partition("?")
    if path == "/health":
        return Target(Kind.HEALTH, "", path)
    if path == "/listClients":
        return Target(Kind.OPEN, "", raw)
    if not path.startswith("/r1/"):
        raise Fault("bad_request", "/r1/{instance}/{class}/{code}/{subsystem}/{service}")
    parts = path.removeprefix("/r1/").split("/")
    if len(parts) < 5:
        raise Fault("bad_request", "/r1/{instance}/{class}/{code}/{subsystem}/{service}")
    named, rest = [_decoded(part) for part in parts[:5]], parts[5:]
    service = "/".join(named)
    wire = "/r1/" + "/".join([service, *rest]) + mark + query
    kind = Kind.DATA
    if not rest:
        kind = {"allowedMethods": Kind.ALLOWED, "listMethods": Kind.OPEN, "getOpenAPI": Kind.OPEN}.get(named[4], kind)
    return Target(kind, service, wire)


def client(text: str) -> str:
    """Return the identifier of an X-Road-Client header. Raises Fault."""
    parts = text.strip().split("/")
    if not 3 <= len(parts) <= 4:
        raise Fault("bad_request", "X-Road-Client")
    return "/".join(_decoded(part) for part in parts)


def _decoded(part: str) -> str:
    if not _ENCODED.fullmatch(part):
        raise Fault("bad_request", "percent-encoding")
    try:
        text = unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("bad_request", "UTF-8") from None
    if not _PART.fullmatch(text) or text.strip(".") == "":
        raise Fault("bad_request", "identifiers have A-Z a-z 0-9 _ ' ( ) + , - . =")
    return text
