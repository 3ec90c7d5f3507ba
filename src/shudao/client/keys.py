"""Keys as files: a system's private key, the gateway's public ones."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from shudao.kernel import signing


class PrivateKey(Protocol):
    """A system's key: its registered id, its algorithm, its secret bytes (`kernel.keys.Key` is one)."""

    @property
    def id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    @property
    def secret(self) -> bytes: ...


class KeyUnreadable(Exception):
    """The file holds no key that can be used; the message says what is wrong, never what is inside."""


@dataclass(frozen=True, slots=True)
class SystemKey:
    """A private key that was read from a file."""

    id: str
    algorithm: str
    secret: bytes = field(repr=False)


def load(file: Path, key_id: str = "") -> SystemKey:
    """
    Return the private key of `file`: an unencrypted PKCS #8 PEM (Ed25519), or a key file of `kernel.keys`.

    Args:
        key_id: The id it is registered under; of a PEM, by default the file's name without its ending.

    Raises:
        KeyUnreadable: no such file, or no such key in it.
    """
    content = _content(file)
    if content.lstrip().startswith(b"{"):
        try:
            record: dict[str, Any] = json.loads(content)
            secret = base64.b64decode(record["secret"], validate=True)
            found = SystemKey(key_id or str(record["id"]), str(record["algorithm"]), secret)
            signing.scheme(found.algorithm).signer(found.id, found.secret)
        except (KeyError, TypeError, ValueError) as error:
            raise KeyUnreadable(f"{file}: not a key file with its secret inside") from error
        return found
    try:
        private = load_pem_private_key(content, password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(f"{file}: not an unencrypted private key in PEM") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnreadable(f"{file}: not an Ed25519 key")
    return SystemKey(key_id or file.stem, signing.DEFAULT, private.private_bytes_raw())


def load_public(place: Path) -> dict[str, bytes]:
    """
    Return key id → raw public key of PEM files named "<key id>.pem": one file, or all of a folder.

    Raises:
        KeyUnreadable: one of them is no Ed25519 public key, or there is none.
    """
    files = sorted(place.glob("*.pem")) if place.is_dir() else [place]
    if not files:
        raise KeyUnreadable(f"{place}: no *.pem")
    return {file.stem: _public(file) for file in files}


def _public(file: Path) -> bytes:
    try:
        key = load_pem_public_key(_content(file))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(f"{file}: not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable(f"{file}: not an Ed25519 key")
    return key.public_bytes_raw()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise KeyUnreadable(f"{file}: {error.strerror}") from error
