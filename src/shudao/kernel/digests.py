"""Digests by name, so that a national algorithm (SM3) plugs in by setting. SHA-256 is always there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from shudao.kernel.errors import ShudaoError

DEFAULT = "sha256"


class DigestUnknown(ShudaoError):
    """A file or message names a digest that nobody has registered here."""

    code = "kernel.digest_unknown"
    status = 422
    says = "不支持摘要算法 {name}。"
    advice = "请启用该算法，或改用 sha256。"


@dataclass(frozen=True, slots=True)
class Digest:
    """One algorithm: `hash` and `mac` return `size` bytes."""

    name: str
    size: int
    hash: Callable[[bytes], bytes]
    mac: Callable[[bytes, bytes], bytes]


_registered: dict[str, Digest] = {}


def register(digest: Digest) -> None:
    """Make `digest` known by its name; a second one of the same name takes its place."""
    _registered[digest.name] = digest


def digest(name: str = DEFAULT) -> Digest:
    """Return the digest called `name`. Raises DigestUnknown."""
    try:
        return _registered[name]
    except KeyError:
        raise DigestUnknown(name=name) from None


def _hashlib(name: str) -> Digest:
    return Digest(
        name=name,
        size=hashlib.new(name).digest_size,
        hash=lambda data: hashlib.new(name, data).digest(),
        mac=lambda key, data: hmac.digest(key, data, name),
    )


for _name in ("sha256", "sha512"):
    register(_hashlib(_name))
