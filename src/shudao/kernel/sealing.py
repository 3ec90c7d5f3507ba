"""Hide what must not lie in plain bytes: keyed hashes for finding, AES-256-GCM seals for reading back."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from shudao.kernel.errors import ShudaoError
from shudao.kernel.ids import random_bytes

HASH_SIZE = 16
KEY_SIZE = 32
_NONCE = 12
_VERSION = 1


class SealBroken(ShudaoError):
    """The bytes are not what was sealed: changed, moved to another place, or sealed by another key."""

    code = "kernel.seal_broken"
    status = 500
    says = "密封数据已损坏或被改动：{why}。"
    advice = "请从备份恢复该数据，并查明改动来源。"


def keyed_hash(key: bytes, text: str) -> bytes:
    """
    Return 16 bytes that stand for `text` wherever it must be found but not named. One key of 32 bytes gives one hash.

    Source:
        AES-CMAC, NIST SP 800-38B; proved by tests/kernel/test_keys.py
    """
    return KeyedHash(key)(text)


class KeyedHash:
    """`keyed_hash` under one key, prepared for many texts."""

    def __init__(self, key: bytes) -> None:
        self._begun = CMAC(AES(key))

    def __call__(self, text: str) -> bytes:
        mac = self._begun.copy()
        mac.update(text.encode())
        return mac.finalize()


def seal(key: bytes, key_id: str, plain: bytes, associated: bytes = b"") -> bytes:
    """
    Encrypt `plain` so that it opens only with the same key and the same `associated` bytes (where it belongs).

    Args:
        key: 32 bytes.
        key_id: Written in front, ASCII, at most 255 characters, so that rotation finds the key again.

    Returns:
        version byte · length of the key id · key id · nonce of 12 bytes · ciphertext with its 16-byte tag.
    """
    name = key_id.encode("ascii")
    head = bytes((_VERSION, len(name))) + name
    nonce = random_bytes(_NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + associated)


def sealed_by(sealed: bytes) -> str:
    """Return the id of the key that `sealed` names. Raises SealBroken where there is none."""
    if len(sealed) < 2 or sealed[0] != _VERSION or len(sealed) < 2 + sealed[1] + _NONCE + 16:
        raise SealBroken(why="格式不符")
    try:
        return sealed[2 : 2 + sealed[1]].decode("ascii")
    except UnicodeDecodeError:
        raise SealBroken(why="格式不符") from None


def unseal(keys: Mapping[str, bytes], sealed: bytes, associated: bytes = b"") -> bytes:
    """Return what `seal` hid. `keys` maps key ids to keys. Raises SealBroken."""
    key_id = sealed_by(sealed)
    if key_id not in keys:
        raise SealBroken(why=f"没有密钥 {key_id}")
    start = 2 + len(key_id)
    try:
        return AESGCM(keys[key_id]).decrypt(
            sealed[start : start + _NONCE], sealed[start + _NONCE :], sealed[:start] + associated
        )
    except InvalidTag:
        raise SealBroken(why="校验不符") from None
