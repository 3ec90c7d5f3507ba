"""The keys that the pool uses, made at first use."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.kernel import sealing
from shudao.kernel.keys import SECRET, Key, KeyRing

SUBJECT = "subject-hash"
FILES = "pool-files"
VAULT = "pool-vault"
INDEX = "pool-index"
CURSOR = "pool-cursor"
ERASURE = "pool-erasure"


@lru_cache(maxsize=4)
def _load(folder: Path) -> KeyRing:
    return KeyRing.load(folder)


def _ring() -> KeyRing:
    return _load(Path(settings.KEYS_ROOT))


def sealing_key(purpose: str) -> Key:
    """Return the active key of `purpose`, made if there is none."""
    ring = _ring()
    return ring.secret(purpose) if ring.secrets(purpose) else ring.ensure(purpose, algorithm=SECRET)


def opening_keys(purpose: str) -> dict[str, bytes]:
    """Return key id → key of all that may still open what was sealed for `purpose`."""
    return _ring().secrets(purpose)


def renew(purpose: str) -> Key:
    """Return a new key of `purpose`, the active one from now on."""
    return _ring().create(purpose, algorithm=SECRET)


def end_older(purpose: str, *, than: str, at: datetime) -> list[str]:
    """Let the keys of `purpose` that are older than this one end; return their ids."""
    older = sorted(key_id for key_id in opening_keys(purpose) if key_id < than)
    for key_id in older:
        _ring().end(key_id, at=at)
    return older


def subject_key() -> bytes:
    """Return the key of the subjects' hashes: one for all datasets and for identity's people, so that joins work."""
    return sealing_key(SUBJECT).secret


def normal(identifier: str) -> str:
    """Return an identifier as it is hashed: half width, trimmed, in capitals."""
    return unicodedata.normalize("NFKC", identifier).strip().upper()


def subject_of(identifier: str) -> bytes:
    """Return the subject's 16 bytes."""
    return sealing.keyed_hash(subject_key(), normal(identifier))
