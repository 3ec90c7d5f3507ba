"""
The vault: the way back from a subject's hash to its identifier, for all datasets.

Identifiers lie in blocks by the first two bytes of their subjects, each packed and sealed whole. An entry needs no
place for its subject: that is the identifier's own hash. Adding to a block, or taking from it, seals it anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import lmdb
import msgspec
import numpy as np
import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from numpy.typing import NDArray

from shudao.contexts.pool.adapters import keys
from shudao.contexts.pool.adapters.subjects import Hasher
from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import random_bytes
from shudao.kernel.sealing import SealBroken
from shudao.plane.lookup.environments import reserve, saving

_MAP_SIZE = 1 << 36  # address space, not disk
_NONCE = 12
_PREFIX = 2
_CHUNK = 1 << 20
_DATA, _NEW, _TURN = "data.mdb", "new", "turn"
_one_at_a_time = threading.RLock()
_decoder = msgspec.msgpack.Decoder(list[str])


def folder() -> Path:
    """Return where the vault lies."""
    return Path(settings.POOL_ROOT) / "vault"


class _Store:
    """The opened environment: blocks by prefix, key ids by slot."""

    def __init__(self, environment: lmdb.Environment, *, writable: bool) -> None:
        self.environment = environment
        self.blocks = environment.open_db(b"blocks", create=writable)
        self.slots = environment.open_db(b"slots", create=writable)

    def key_ids(self, transaction: lmdb.Transaction) -> list[str]:
        """Return the key ids by slot."""
        with transaction.cursor(self.slots) as cursor:
            return [bytes(value).decode("ascii") for value in cursor.iternext(keys=False, values=True)]


@contextlib.contextmanager
def _opened(*, writable: bool) -> Iterator[_Store]:
    """One opening at a time in a process: LMDB allows no more. While the vault is written anew, none at all."""
    if writable:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_at_a_time, _turn(fcntl.LOCK_SH), saving(folder()), _environment(folder(), writable=writable) as store:
        yield store


@contextlib.contextmanager
def _turn(how: int) -> Iterator[None]:
    descriptor = os.open(folder() / _TURN, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _environment(path: Path, *, writable: bool) -> Iterator[_Store]:
    if writable:
        path.mkdir(mode=0o700, exist_ok=True)
    reserve(path)
    environment = lmdb.open(
        str(path), map_size=_MAP_SIZE, max_dbs=2, readonly=not writable, create=writable, mode=0o600
    )
    try:
        yield _Store(environment, writable=writable)
    finally:
        environment.close()


class _Change:
    """One transaction on the vault."""

    def __init__(self, store: _Store, transaction: lmdb.Transaction) -> None:
        self._store, self._transaction = store, transaction
        self._key = keys.sealing_key(keys.VAULT)
        self._cipher = AESGCM(self._key.secret)
        self._slot = self._slot_of()
        self._ciphers = _ciphers(store, transaction)

    def _slot_of(self) -> bytes:
        known = self._store.key_ids(self._transaction)
        if self._key.id not in known:
            self._transaction.put(bytes([len(known)]), self._key.id.encode("ascii"), db=self._store.slots)
            known.append(self._key.id)
        return bytes([known.index(self._key.id)])

    def sealed(self, prefix: bytes) -> bytes | None:
        return self._transaction.get(prefix)  # type: ignore[no-any-return]

    def texts(self, prefix: bytes) -> list[str]:
        sealed = self.sealed(prefix)
        return [] if sealed is None else _open(self._ciphers, prefix, sealed)

    def put(self, prefix: bytes, texts: Sequence[str]) -> None:
        if not texts:
            self._transaction.delete(prefix)
            return
        self.put_packed(prefix, zlib.compress(msgspec.msgpack.encode(texts), 1))

    def put_packed(self, prefix: bytes, packed: bytes) -> None:
        nonce = random_bytes(_NONCE)
        self._transaction.put(prefix, self._slot + nonce + self._cipher.encrypt(nonce, packed, prefix))


@contextlib.contextmanager
def _changing() -> Iterator[_Change]:
    """Commit, durably, what the block changes; nothing where it fails."""
    with _opened(writable=True) as store, _change(store) as change:
        yield change


@contextlib.contextmanager
def _change(store: _Store) -> Iterator[_Change]:
    with store.environment.begin(write=True, db=store.blocks) as transaction:
        yield _Change(store, transaction)


def keep(subjects: NDArray[np.uint8], identifiers: pa.Array) -> None:
    """Add subjects (each once, ascending) that are not in it yet; durable when it returns."""
    if not len(subjects):
        return
    prefixes = subjects[:, :_PREFIX].astype(np.int64) @ np.array([256, 1])
    starts = np.flatnonzero(np.diff(prefixes, prepend=-1)).tolist()
    texts: list[str] = identifiers.to_pylist()
    with _changing() as change:
        for start, stop in zip(starts, [*starts[1:], len(texts)], strict=True):
            prefix = int(prefixes[start]).to_bytes(_PREFIX)
            known = change.texts(prefix)
            there = set(known)
            fresh = [text for text in texts[start:stop] if text not in there]
            if fresh:
                change.put(prefix, [*known, *fresh])


def forget(subject: bytes, hasher: Hasher) -> bool:
    """Take a subject out, and leave nothing of its block's old bytes; return whether it was there."""
    if not folder().exists():
        return False
    prefix = subject[:_PREFIX]
    with _opened(writable=False) as store, store.environment.begin() as transaction:
        sealed = transaction.get(prefix, db=store.blocks)
        texts = [] if sealed is None else _open(_ciphers(store, transaction), prefix, sealed)
    if all(hashed != subject for _, hashed in _hashed(texts, hasher)):
        return False
    _write_anew(lambda texts: [text for text, hashed in _hashed(texts, hasher) if hashed != subject], prefix)
    return True


def reseal() -> int:
    """Seal every block by the active key; return how many there are."""
    return _write_anew() if folder().exists() else 0


def _write_anew(change: Callable[[list[str]], list[str]] | None = None, prefix: bytes = b"") -> int:
    """
    Write all blocks into a new file by the active key, one of them changed; return how many there were.

    Whatever the old one had, on free pages too, is overwritten: LMDB itself never wipes. Nobody else has it open.
    """
    new, old = folder() / _NEW, folder() / _DATA
    with _one_at_a_time, _turn(fcntl.LOCK_EX):
        shutil.rmtree(new, ignore_errors=True)
        with _environment(folder(), writable=False) as store, store.environment.begin() as transaction:
            ciphers = _ciphers(store, transaction)
            with _environment(new, writable=True) as target, _change(target) as changed:
                count = 0
                with transaction.cursor(store.blocks) as cursor:
                    for place, sealed in cursor:
                        count += 1
                        if change is not None and bytes(place) == prefix:
                            changed.put(prefix, change(_open(ciphers, prefix, sealed)))
                        else:
                            changed.put_packed(bytes(place), _packed(ciphers, bytes(place), sealed))
        with old.open("r+b") as before:
            os.replace(new / _DATA, old)
            sync_folder(folder())
            _overwrite(before)
        shutil.rmtree(new, ignore_errors=True)
    return count


def _overwrite(file: BinaryIO) -> None:
    left = os.fstat(file.fileno()).st_size
    while left > 0:
        left -= file.write(bytes(min(left, _CHUNK)))
    file.flush()
    os.fsync(file.fileno())


def _packed(ciphers: Mapping[int, AESGCM], prefix: bytes, sealed: bytes) -> bytes:
    try:
        return ciphers[sealed[0]].decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], prefix)
    except (KeyError, IndexError):
        raise SealBroken(why="没有对应的密钥") from None
    except (InvalidTag, ValueError):
        raise SealBroken(why="校验不符") from None


def _open(ciphers: Mapping[int, AESGCM], prefix: bytes, sealed: bytes) -> list[str]:
    packed = _packed(ciphers, prefix, sealed)
    try:
        return _decoder.decode(zlib.decompress(packed))
    except (zlib.error, msgspec.MsgspecError):
        raise SealBroken(why="校验不符") from None


def _ciphers(store: _Store, transaction: lmdb.Transaction) -> dict[int, AESGCM]:
    opening = keys.opening_keys(keys.VAULT)
    return {
        slot: AESGCM(opening[key_id]) for slot, key_id in enumerate(store.key_ids(transaction)) if key_id in opening
    }


def _hashed(texts: Sequence[str], hasher: Hasher) -> list[tuple[str, bytes]]:
    hashes = hasher(pa.array(texts, pa.string()))
    return [(text, bytes(one)) for text, one in zip(texts, hashes, strict=True)]


def reveal(subject: bytes) -> str | None:
    """Return the subject's identifier, None where the vault holds none. Raises SealBroken. The caller records why."""
    if not folder().exists():
        return None
    with _opened(writable=False) as store, store.environment.begin() as transaction:
        sealed = transaction.get(subject[:_PREFIX], db=store.blocks)
        if sealed is None:
            return None
        texts = _open(_ciphers(store, transaction), subject[:_PREFIX], sealed)
    return next((text for text, hashed in _hashed(texts, Hasher(keys.subject_key())) if hashed == subject), None)


def damaged() -> list[tuple[bytes, str]]:
    """Read every block's seal; return (prefix, why) of those that do not hold."""
    if not folder().exists():
        return []
    found = []
    with _opened(writable=False) as store, store.environment.begin() as transaction:
        ciphers = _ciphers(store, transaction)
        with transaction.cursor(store.blocks) as cursor:
            for prefix, sealed in cursor:
                try:
                    _open(ciphers, prefix, sealed)
                except SealBroken as error:
                    found.append((prefix, str(error.details["why"])))
    return found
