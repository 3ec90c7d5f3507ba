"""
The signed twin of a licence: a short text that anybody with the public key checks offline.

`SDL1.<key id>.<payload>.<signature>`: payload is canonical JSON, both it and the signature in base64url without
padding; the signature covers every character before its own dot. Only the canonical spelling is accepted, so no
character can be changed unseen. In an address the twin stands after `#`, which browsers do not send.

Payload members: `n` number, `t` type, `h` holder's masked name, `f` fields as strangers see them, `c` commitment to the
full fields, `i` issued, `a` first and `b` last day, `d` issuing body, `v` 1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.kernel.signing import Signer

PREFIX = "SDL1"
LONGEST = 8_000


class Broken(ValueError):
    """The text is no twin; `part` says which part is at fault (Chinese)."""

    def __init__(self, part: str, part_en: str) -> None:
        super().__init__(part)
        self.part = part
        self.part_en = part_en


@dataclass(frozen=True, slots=True)
class Parsed:
    """A twin taken apart, not yet checked. `signed` are the bytes that the signature covers."""

    key_id: str
    payload: dict[str, Any]
    signed: bytes
    signature: bytes


def commitment(fields: Mapping[str, str], salt: str) -> str:
    """Return the salted SHA-256 over the full fields (base64url): the twin vouches for them without showing them."""
    return _encode(hashlib.sha256(salt.encode() + b"\0" + canonical(dict(fields))).digest())


def canonical(value: object) -> bytes:
    """Return the one JSON spelling that is signed: sorted members, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal(payload: Mapping[str, Any], signer: Signer) -> str:
    """Return the twin's text, signed."""
    head = f"{PREFIX}.{signer.key_id}.{_encode(canonical(dict(payload)))}"
    return f"{head}.{_encode(signer.sign(head.encode('ascii')))}"


def parse(text: str) -> Parsed:
    """
    Take a twin apart; an address that carries one after `#` is taken as well.

    Raises:
        Broken: it is no twin, or one part of it is damaged.
    """
    if len(text) > LONGEST:
        raise Broken("文本过长", "the text is too long")
    parts = text.strip().rpartition("#")[2].split(".")
    if len(parts) < 4 or parts[0] != PREFIX:
        raise Broken("开头标识", "its opening mark")
    key_id = ".".join(parts[1:-2])
    payload = _read_payload(parts[-2])
    signature = _decode(parts[-1], "签名", "its signature")
    signed = ".".join(parts[:-1]).encode("utf-8", "surrogatepass")
    return Parsed(key_id=key_id, payload=payload, signed=signed, signature=signature)


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which members differ, sorted; a field of the licence is named `f.<name>`."""
    left, right = _flat(ours), _flat(theirs)
    return tuple(sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name)))


def changed(row: Mapping[str, Any], signed: Mapping[str, Any]) -> tuple[str, ...]:
    """
    Return in which members a register's row departs from what was signed about it.

    The commitment decides about the fields, so a type whose masks were changed since still agrees; the masked spellings
    only tell which field it was. `("c",)` where they cannot tell.
    """
    found = set(differing(row, signed))
    fields = {one for one in found if one.startswith("f.")}
    others = found - fields - {"c"}
    if "c" not in found:
        return tuple(sorted(others))
    return tuple(sorted(others | (fields or {"c"})))


def _flat(payload: Mapping[str, Any]) -> dict[str, Any]:
    fields = payload.get("f")
    inner = {f"f.{name}": value for name, value in fields.items()} if isinstance(fields, dict) else {}
    return {name: value for name, value in payload.items() if name != "f"} | inner


def _read_payload(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(_decode(text, "照面数据", "its data"))
    except ValueError as error:
        raise Broken("照面数据", "its data") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("n"), str):
        raise Broken("照面数据", "its data")
    return payload


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str, part: str, part_en: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Broken(part, part_en) from error
    if _encode(data) != text:
        raise Broken(part, part_en)
    return data
