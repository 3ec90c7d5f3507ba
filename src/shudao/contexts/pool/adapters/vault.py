"""The vault: the way back from a subject's hash to its identifier, one sealed entry a subject, for all datasets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import lmdb
from django.conf import settings

from shudao.contexts.pool.adapters import keys
from shudao.kernel import sealing

_MAP_SIZE = 1 << 36  # address space, not disk


def folder() -> Path:
    """Return where the vault lies."""
    return Path(settings.POOL_ROOT) / "vault"


@contextlib.contextmanager
def _opened(*, writable: bool) -> Iterator[lmdb.Environment]:
    path = folder()
    if writable:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = lmdb.open(str(path), map_size=_MAP_SIZE, readonly=not writable, create=writable, mode=0o600)
    try:
        yield environment
    finally:
        environment.close()


class Vault:
    """The vault opened to be added to; entries are durable when the block ends."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._key = keys.sealing_key(keys.VAULT)

    def __enter__(self) -> Vault:
        self._environment = self._stack.enter_context(_opened(writable=True))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def keep(self, pairs: Sequence[tuple[bytes, str]]) -> None:
        """Add the subjects that are not in it yet, in one durable transaction."""
        secret, key_id = self._key.secret, self._key.id
        with self._environment.begin(write=True) as transaction:
            for subject, identifier in pairs:
                if transaction.get(subject) is None:
                    transaction.put(subject, sealing.seal(secret, key_id, identifier.encode(), subject))


def reveal(subject: bytes) -> str | None:
    """Return the subject's identifier, None where the vault holds none. Raises SealBroken. The caller records why."""
    if not folder().exists():
        return None
    with _opened(writable=False) as environment, environment.begin() as transaction:
        sealed = transaction.get(subject)
    return None if sealed is None else sealing.unseal(keys.opening_keys(keys.VAULT), sealed, subject).decode()


def damaged() -> list[tuple[bytes, str]]:
    """Read every entry's seal; return (subject, why) of those that do not hold."""
    if not folder().exists():
        return []
    opening, found = keys.opening_keys(keys.VAULT), []
    with _opened(writable=False) as environment, environment.begin() as transaction:
        for subject, sealed in transaction.cursor():
            try:
                sealing.unseal(opening, sealed, subject)
            except sealing.SealBroken as error:
                found.append((subject, str(error.details["why"])))
    return found
