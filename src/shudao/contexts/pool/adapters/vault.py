"""
The vault: the way back from a subject's hash to its identifier, one sealed entry a subject, for all datasets.

An entry is the number of its key's slot and the sealed identifier. The nonce is the subject itself: a subject has one
identifier for ever, so a key never seals two texts under one nonce.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import lmdb
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from shudao.contexts.pool.adapters import keys
from shudao.kernel.sealing import SealBroken

_MAP_SIZE = 1 << 36  # address space, not disk
_NONCE = 12


def folder() -> Path:
    """Return where the vault lies."""
    return Path(settings.POOL_ROOT) / "vault"


class _Store:
    """The opened environment: entries by subject, key ids by slot."""

    def __init__(self, environment: lmdb.Environment, *, writable: bool) -> None:
        self.environment = environment
        self.entries = environment.open_db(b"entries", create=writable)
        self.slots = environment.open_db(b"slots", create=writable)

    def key_ids(self, transaction: lmdb.Transaction) -> list[str]:
        """Return the key ids by slot."""
        with transaction.cursor(self.slots) as cursor:
            return [bytes(value).decode("ascii") for value in cursor.iternext(keys=False, values=True)]


@contextlib.contextmanager
def _opened(*, writable: bool) -> Iterator[_Store]:
    path = folder()
    if writable:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = lmdb.open(
        str(path), map_size=_MAP_SIZE, max_dbs=2, readonly=not writable, create=writable, mode=0o600
    )
    try:
        yield _Store(environment, writable=writable)
    finally:
        environment.close()


class Vault:
    """The vault opened to be added to; every call of `keep` is durable when it returns."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._key = keys.sealing_key(keys.VAULT)
        self._cipher = AESGCM(self._key.secret)

    def __enter__(self) -> Vault:
        self._store = self._stack.enter_context(_opened(writable=True))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def keep(self, pairs: Sequence[tuple[bytes, str]]) -> None:
        """Add the subjects (ascending) that are not in it yet, in one durable transaction."""
        store, seal = self._store, self._cipher.encrypt
        with store.environment.begin(write=True, db=store.entries) as transaction:
            slot = self._slot(transaction)
            with transaction.cursor(store.entries) as cursor:
                last = bytes(cursor.key()) if cursor.last() else b""
            for subject, identifier in pairs:
                if subject > last or transaction.get(subject) is None:
                    sealed = slot + seal(subject[:_NONCE], identifier.encode(), subject)
                    transaction.put(subject, sealed, append=subject > last)

    def _slot(self, transaction: lmdb.Transaction) -> bytes:
        known = self._store.key_ids(transaction)
        if self._key.id not in known:
            transaction.put(bytes([len(known)]), self._key.id.encode("ascii"), db=self._store.slots)
            return bytes([len(known)])
        return bytes([known.index(self._key.id)])


def _open(ciphers: Mapping[int, AESGCM], subject: bytes, sealed: bytes) -> str:
    try:
        return ciphers[sealed[0]].decrypt(subject[:_NONCE], sealed[1:], subject).decode()
    except (KeyError, IndexError):
        raise SealBroken(why="没有对应的密钥") from None
    except (InvalidTag, ValueError):
        raise SealBroken(why="校验不符") from None


def _ciphers(store: _Store, transaction: lmdb.Transaction) -> dict[int, AESGCM]:
    opening = keys.opening_keys(keys.VAULT)
    return {
        slot: AESGCM(opening[key_id]) for slot, key_id in enumerate(store.key_ids(transaction)) if key_id in opening
    }


def reveal(subject: bytes) -> str | None:
    """Return the subject's identifier, None where the vault holds none. Raises SealBroken. The caller records why."""
    if not folder().exists():
        return None
    with _opened(writable=False) as store, store.environment.begin() as transaction:
        sealed = transaction.get(subject, db=store.entries)
        return None if sealed is None else _open(_ciphers(store, transaction), subject, sealed)


def damaged() -> list[tuple[bytes, str]]:
    """Read every entry's seal; return (subject, why) of those that do not hold."""
    if not folder().exists():
        return []
    found = []
    with _opened(writable=False) as store, store.environment.begin() as transaction:
        ciphers = _ciphers(store, transaction)
        with transaction.cursor(store.entries) as cursor:
            for subject, sealed in cursor:
                try:
                    _open(ciphers, subject, sealed)
                except SealBroken as error:
                    found.append((subject, str(error.details["why"])))
    return found
