"""
X-Road addresses: /r1/{instance}/{class}/{code}/{subsystem}/{service}, and behind a department's own service its path.

The server hands the path over percent-decoded, so identifiers and paths are limited to characters that need no
encoding: what was sent encoded then differs from what was signed and is refused. Nothing is normalised away: dots,
empty parts, semicolons, backslashes and anything else unusual are refused before any right is looked up, and what is
passed on to a department's service is made of what was looked up, never of what was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PART = r"[A-Za-z0-9_'()+,=.\-]{1,128}"
_STEP = r"[A-Za-z0-9_'()+,=.~:@\-]{1,128}"
_ADDRESS = re.compile(rf"/r1/({_PART})/({_PART})/({_PART})/({_PART})/({_PART})((?:/{_STEP}){{0,16}})")
_CLIENT = re.compile(rf"{_PART}(?:/{_PART}){{3}}")

METADATA = ("listMethods", "allowedMethods", "getOpenAPI")


@dataclass(frozen=True, slots=True)
class Address:
    """A service: `service` is the whole identifier, `code` its last part, `owner` the four before; `path` behind it."""

    owner: str
    code: str
    service: str
    path: str = "/"


@lru_cache(1024)
def parse(path: str) -> Address | None:
    """Return the address of a `/r1/` path, or None where it is none."""
    found = _ADDRESS.fullmatch(path)
    if found is None or any(part.strip(".") == "" for part in found.groups()[:5]):
        return None
    rest = found[6]
    if rest and any(step.strip(".") == "" for step in rest[1:].split("/")):
        return None
    owner, code = "/".join(found.groups()[:4]), found[5]
    return Address(owner, code, f"{owner}/{code}", rest or "/")


def is_client(text: str) -> bool:
    """Return whether the text is a system's identifier of four parts."""
    return _CLIENT.fullmatch(text) is not None
