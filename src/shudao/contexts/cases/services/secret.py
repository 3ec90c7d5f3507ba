"""The master key from which case secrets are derived."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.contexts.cases import models
from shudao.contexts.cases.rules import secrets
from shudao.kernel.keys import SECRET, KeyRing

PURPOSE = "case-secrets"


def make(number: str, nonce: str) -> str:
    """Return the secret of a new case."""
    return secrets.derive(_ring(Path(settings.KEYS_ROOT)).ensure(PURPOSE, algorithm=SECRET).secret, number, nonce)


def again(case: models.Case) -> str:
    """Return the secret of a case for a repeated submission; "" when the master key was changed since."""
    for master in _ring(Path(settings.KEYS_ROOT)).secrets(PURPOSE).values():
        secret = secrets.derive(master, case.number, case.nonce)
        if secrets.matches(case.secret_hash, case.number, secret):
            return secret
    return ""


@lru_cache(maxsize=4)
def _ring(folder: Path) -> KeyRing:
    return KeyRing.load(folder)
