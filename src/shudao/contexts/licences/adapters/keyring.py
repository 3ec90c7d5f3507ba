"""The keys that sign licences."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.kernel.keys import KeyRefused, KeyRing
from shudao.kernel.signing import Signer, Verifier

PURPOSE = "licence-signing"


def signer() -> Signer:
    """Return what signs now; the first key is made when none is there."""
    ring = _ring(Path(settings.KEYS_ROOT))
    ring.ensure(PURPOSE)
    return ring.signer(PURPOSE)


def verifier(key_id: str, *, at: datetime) -> Verifier | None:
    """Return what checks a licence signed at `at`; None for a key that is not a licence key of ours, or had ended."""
    ring = _ring(Path(settings.KEYS_ROOT))
    try:
        key = ring.key(key_id, at=at)
        return ring.verifier(key_id, at=at) if key.purpose == PURPOSE else None
    except KeyRefused:
        return None


@lru_cache(maxsize=4)
def _ring(folder: Path) -> KeyRing:
    return KeyRing.load(folder)
