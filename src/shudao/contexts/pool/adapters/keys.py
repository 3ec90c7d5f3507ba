"""The keys that the pool uses, made at first use."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from shudao.kernel import sealing
from shudao.kernel.keys import SECRET, Key, KeyRing

SUBJECT = "subject-hash"
FILES = "pool-files"
VAULT = "pool-vault"
INDEX = "pool-index"


def ring() -> KeyRing:
    """Return the installation's keys."""
    return KeyRing.load(Path(settings.KEYS_ROOT))


def sealing_key(purpose: str) -> Key:
    """Return the active key of `purpose`, made if there is none."""
    return ring().ensure(purpose, algorithm=SECRET)


def opening_keys(purpose: str) -> dict[str, bytes]:
    """Return key id → key of all that may still open what was sealed for `purpose`."""
    return ring().secrets(purpose)


def subject_key() -> bytes:
    """Return the key of the subjects' hashes: one for all datasets and for identity's people, so that joins work."""
    return sealing_key(SUBJECT).secret


def normal(identifier: str) -> str:
    """Return an identifier as it is hashed: trimmed, in capitals."""
    return identifier.strip().upper()


def subject_of(identifier: str) -> bytes:
    """Return the subject's 16 bytes."""
    return sealing.keyed_hash(subject_key(), normal(identifier))
