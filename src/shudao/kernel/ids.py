"""Identifiers and randomness, injected like time. Ids sort by the instant they were made."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from shudao.kernel.time import now

RandomBytes = Callable[[int], bytes]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_random: ContextVar[RandomBytes] = ContextVar("random", default=os.urandom)


def random_bytes(count: int) -> bytes:
    """Return `count` bytes of the injected randomness (the system's by default: fit for secrets)."""
    return _random.get()(count)


@contextlib.contextmanager
def using_random(source: RandomBytes) -> Iterator[None]:
    """Let ids and secrets come from `source` inside the block: for simulation and tests only."""
    token = _random.set(source)
    try:
        yield
    finally:
        _random.reset(token)


def new_id() -> str:
    """Return 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits (the ULID layout)."""
    value = int(now().timestamp() * 1000) << 80 | int.from_bytes(random_bytes(10))
    return _base32(value, 26)


def new_secret(characters: int = 16) -> str:
    """Return a secret a person can type: `characters` of Crockford base 32, 5 random bits each."""
    bits = int.from_bytes(random_bytes((characters * 5 + 7) // 8))
    return _base32(bits, characters)


def _base32(value: int, characters: int) -> str:
    digits = []
    for _ in range(characters):
        digits.append(_ALPHABET[value & 31])
        value >>= 5
    return "".join(reversed(digits))
