"""One interface to sign, one to verify, whatever the algorithm. Ed25519 is always there; SM2 plugs in by `register`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shudao.kernel.ids import random_bytes

DEFAULT = "ed25519"


class Signer(Protocol):
    """Signs with one private key."""

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Verifier(Protocol):
    """Checks signatures of one public key."""

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    def verify(self, message: bytes, signature: bytes) -> bool: ...


class Scheme(Protocol):
    """One signature algorithm over raw key bytes."""

    def new_secret(self) -> bytes: ...

    def public_of(self, secret: bytes) -> bytes: ...

    def public_pem(self, public: bytes) -> bytes: ...

    def signer(self, key_id: str, secret: bytes) -> Signer: ...

    def verifier(self, key_id: str, public: bytes) -> Verifier: ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with an Ed25519 key."""

    key_id: str
    private: Ed25519PrivateKey
    algorithm: str = DEFAULT

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """Checks signatures of an Ed25519 key."""

    key_id: str
    public: Ed25519PublicKey
    algorithm: str = DEFAULT

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's over `message`."""
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class _Ed25519:
    def new_secret(self) -> bytes:
        return random_bytes(32)

    def public_of(self, secret: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()

    def public_pem(self, public: bytes) -> bytes:
        key = Ed25519PublicKey.from_public_bytes(public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def signer(self, key_id: str, secret: bytes) -> Signer:
        return Ed25519Signer(key_id, Ed25519PrivateKey.from_private_bytes(secret))

    def verifier(self, key_id: str, public: bytes) -> Verifier:
        return Ed25519Verifier(key_id, Ed25519PublicKey.from_public_bytes(public))


_schemes: dict[str, Scheme] = {DEFAULT: _Ed25519()}


def register(name: str, scheme: Scheme) -> None:
    """Make an algorithm known by its name."""
    _schemes[name] = scheme


def scheme(name: str = DEFAULT) -> Scheme:
    """Return the algorithm called `name`. Raises KeyError."""
    return _schemes[name]
