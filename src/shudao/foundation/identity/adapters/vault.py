"""The keys behind people: the one hash that finds a subject, the seals that hide what names one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.foundation.identity.rules import resident_ids
from shudao.kernel import sealing
from shudao.kernel.keys import SECRET, Key, KeyRing

# The same purpose as the pool's: a person here and a subject there are one key.
HASH_PURPOSE = "subject-hash"
SEAL_PURPOSE = "identity-seal"


def person_key(resident_id: str) -> str:
    """The keyed hash of a resident ID, 32 hexadecimal digits. It never rotates: it is the person's name here."""
    return sealing.keyed_hash(_key(HASH_PURPOSE).secret, resident_ids.normalise(resident_id)).hex()


def seal(plain: str, *, place: str) -> bytes:
    """Hide `plain`; it opens only where it was put (`place` names table, column and row)."""
    key = _key(SEAL_PURPOSE)
    return sealing.seal(key.secret, key.id, plain.encode(), place.encode())


def unseal(sealed: bytes | memoryview, *, place: str) -> str:
    """Return what `seal` hid. Raises kernel.sealing.SealBroken where it was changed or moved."""
    return sealing.unseal(_ring().secrets(SEAL_PURPOSE), bytes(sealed), place.encode()).decode()


def _key(purpose: str) -> Key:
    ring = _ring()
    return ring.secret(purpose) if ring.secrets(purpose) else ring.ensure(purpose, algorithm=SECRET)


def _ring() -> KeyRing:
    return _load(Path(settings.KEYS_ROOT))


@lru_cache(maxsize=4)
def _load(folder: Path) -> KeyRing:
    return KeyRing.load(folder)
