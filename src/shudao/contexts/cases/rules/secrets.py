"""The secret of a case: twelve characters a person can type, kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
TRIES = 10
TRIES_MINUTES = 15


def derive(master: bytes, number: str, nonce: str) -> str:
    """Return the case's secret (60 bits): derived, so that a repeated submission gives the same and none is stored."""
    digest = hmac.new(master, f"cases.secret:{number}:{nonce}".encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest[:8])
    return "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(LENGTH))


def hashed(number: str, secret: str) -> str:
    """Return what is kept of a secret; letters are read without regard to case, O as 0, I and L as 1."""
    return hashlib.sha256(f"{number}:{_plain(secret)}".encode()).hexdigest()


def matches(kept: str, number: str, secret: str) -> bool:
    """Return whether the secret is the case's, in constant time."""
    return hmac.compare_digest(kept, hashed(number, secret))


def _plain(secret: str) -> str:
    swapped = secret.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return swapped.replace("-", "").replace(" ", "")
