"""The seal over what people wrote about themselves or somebody: it opens only where it was put."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.kernel import sealing
from shudao.kernel.keys import SECRET, KeyRing

PURPOSE = "exchange-claims"


def seal(plain: bytes, *, place: str) -> bytes:
    """Hide `plain`; `place` names table, column and row."""
    key = _ring(Path(settings.KEYS_ROOT)).ensure(PURPOSE, algorithm=SECRET)
    return sealing.seal(key.secret, key.id, plain, place.encode())


def unseal(sealed: bytes | memoryview, *, place: str) -> bytes:
    """Return what `seal` hid. Raises kernel.sealing.SealBroken where it was changed or moved."""
    ring = _ring(Path(settings.KEYS_ROOT))
    return sealing.unseal(ring.secrets(PURPOSE), bytes(sealed), place.encode())


@lru_cache(maxsize=4)
def _ring(folder: Path) -> KeyRing:
    return KeyRing.load(folder)
