"""
Seals for the rows of one file: a key of its own for each file, the row's number as nonce, bound to the row's subject.

Sixteen bytes a row instead of the forty of a free-standing seal; a row cannot be moved, and a file cannot be forged
from another's rows.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shudao.kernel.ids import random_bytes
from shudao.kernel.sealing import SealBroken

_SALT = 16
_METADATA = b"shudao"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list)


class FileSeal(msgspec.Struct):
    """What a file says of itself in its Parquet metadata."""

    dataset: str
    batch: str
    version: int
    key_id: str
    salt: bytes

    @classmethod
    def new(cls, *, dataset: str, batch: str, version: int, key_id: str) -> FileSeal:
        """Return the seal of a file about to be written."""
        return cls(dataset, batch, version, key_id, random_bytes(_SALT))

    @classmethod
    def read(cls, metadata: Mapping[bytes, bytes] | None) -> FileSeal:
        """Return the seal that a file's metadata names. Raises SealBroken."""
        try:
            return msgspec.json.decode((metadata or {})[_METADATA], type=cls)
        except (KeyError, msgspec.MsgspecError) as error:
            raise SealBroken(why="文件没有密封说明") from error

    def metadata(self) -> dict[bytes, bytes]:
        """Return what goes into the Parquet metadata."""
        return {_METADATA: msgspec.json.encode(self)}

    def key(self, keys: Mapping[str, bytes]) -> bytes:
        """Return the file's own key. Raises SealBroken where the one that it comes of is not at hand."""
        if self.key_id not in keys:
            raise SealBroken(why=f"没有密钥 {self.key_id}")
        label = f"shudao pool file|{self.dataset}|{self.batch}|".encode()
        return hmac.digest(keys[self.key_id], label + self.salt, "sha256")

    def cipher(self, keys: Mapping[str, bytes]) -> RowCipher:
        """Return what seals and opens the file's rows. Raises SealBroken where the key is not at hand."""
        return RowCipher(self.key(keys))


class RowCipher:
    """Seals and opens rows of one file by their number."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, number: int, values: list[object], subject: bytes) -> bytes:
        """Return the values, sealed; every number is used once."""
        return self._cipher.encrypt(number.to_bytes(12), _encoder.encode(values), subject)

    def open(self, number: int, sealed: bytes, subject: bytes) -> list[object]:
        """Return the values of row `number`. Raises SealBroken."""
        try:
            return _decoder.decode(self._cipher.decrypt(number.to_bytes(12), sealed, subject))
        except InvalidTag:
            raise SealBroken(why=f"第 {number + 1} 行校验不符") from None
