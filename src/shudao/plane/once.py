"""
What all workers of one gateway must know of each other: nonces already used, and answers given today under a quota.

It lies in LMDB without syncing: after a crash of a worker it is whole, after a crash of the machine it is made again
from the ledger, where every answered call stands with its nonce.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic_ns

import lmdb

from shudao.kernel.errors import ShudaoError
from shudao.kernel.time import local_date
from shudao.plane.ledger import reader
from shudao.plane.ledger.entry import ANSWERED, NO_RECORD, Entry
from shudao.plane.ledger.segment import FOLDER, SUFFIX

WINDOW = 300  # seconds that a signature's instant may lie before or after ours
_KEPT = 3 * WINDOW
_PRUNE_EVERY = 256
_PRUNE_MOST = 1024
_MAP_SIZE = 4 << 30


class StoreUnavailable(ShudaoError):
    """Whether a call is new cannot be told, so none is answered."""

    code = "plane.store_unavailable"
    status = 503
    says = "网关暂时无法判断请求是否重复，本次调用未予答复。"
    advice = "请稍后重试；系统管理员请检查网关所在磁盘。"


class OnceStore:
    """Shared by the workers of one machine; every method is one short transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._env = lmdb.open(
            str(folder), map_size=_MAP_SIZE, max_dbs=2, sync=False, metasync=False, readahead=False, max_readers=256
        )
        self._nonces = self._env.open_db(b"nonces")
        self._counts = self._env.open_db(b"counts")
        self._claims = 0

    def claim(self, created: int, who: str, nonce: str) -> bool:
        """Return whether this is the nonce's first use by `who`; atomic across workers. Raises StoreUnavailable."""
        return self.claim_all([nonce_key(created, who, nonce)])[0]

    def claim_all(self, keys: Sequence[bytes]) -> list[bool]:
        """
        Return for each key of `nonce_key` whether this is its first use, in one transaction; atomic across workers.

        Raises:
            StoreUnavailable: none is claimed.
        """
        try:
            with self._env.begin(write=True, db=self._nonces) as txn:
                before, self._claims = self._claims, self._claims + len(keys)
                if before // _PRUNE_EVERY != self._claims // _PRUNE_EVERY:
                    self._prune(txn, int.from_bytes(keys[0][:8]) - _KEPT)
                return [txn.put(key, b"", overwrite=False) for key in keys]
        except lmdb.Error as error:
            raise StoreUnavailable from error

    def reserve(self, grant: str, quota: int, day: str) -> bool:
        """Count one more answer of the day under the grant, unless that exceeds `quota`. Raises StoreUnavailable."""
        key = f"{day}|{grant}".encode()
        try:
            with self._env.begin(write=True, db=self._counts) as txn:
                used = int.from_bytes(bytes(txn.get(key) or b""))
                if used >= quota:
                    return False
                return txn.put(key, (used + 1).to_bytes(8))
        except lmdb.Error as error:
            raise StoreUnavailable from error

    def take(self, grant: str, rate: int) -> float:
        """
        Take one of the grant's `rate` calls a second, as many of which may come at once. Raises StoreUnavailable.

        Returns:
            0 where it may go on, else the seconds until it may. A refused call takes nothing.
        """
        key, between, instant = f"rate|{grant}".encode(), 1_000_000_000 // rate, monotonic_ns()
        try:
            with self._env.begin(write=True, db=self._counts) as txn:
                # The instant at which the bucket is full again; all processes of a machine share this clock.
                full = max(int.from_bytes(bytes(txn.get(key) or b"")), instant) + between
                if full - instant > max(1_000_000_000, between):
                    return (full - instant - max(1_000_000_000, between)) / 1e9
                txn.put(key, full.to_bytes(8))
                return 0.0
        except lmdb.Error as error:
            raise StoreUnavailable from error

    def used(self, day: str) -> Mapping[str, int]:
        """Return grant id → answers counted on `day`, read as it is asked."""
        return _Used(self, day)

    def used_at(self, instant: datetime) -> Mapping[str, int]:
        """Return `used` of the day of `instant`, which is reckoned as it is asked."""
        return _Used(self, instant)

    def count(self, grant: str, day: str) -> int:
        """Return how many answers were counted."""
        with self._env.begin(db=self._counts) as txn:
            return int.from_bytes(bytes(txn.get(f"{day}|{grant}".encode()) or b""))

    def refill(self, entries: Iterable[Entry], now: datetime) -> None:
        """Take in what the ledger knows: nonces still within the window, answers of today."""
        oldest, today = now.timestamp() - _KEPT, day_of(now)
        counts: dict[bytes, int] = {}
        with self._env.begin(write=True) as txn:
            for entry in entries:
                if entry.created >= oldest:
                    txn.put(nonce_key(entry.created, entry.client, entry.nonce), b"", db=self._nonces)
                if entry.outcome in (ANSWERED, NO_RECORD):
                    day = day_of(datetime.fromtimestamp(entry.instant / 1_000_000, UTC))
                    if day == today:
                        key = f"{day}|{entry.grant}".encode()
                        counts[key] = counts.get(key, 0) + 1
            for key, count in counts.items():
                txn.put(key, count.to_bytes(8), db=self._counts)

    def close(self) -> None:
        """Close the environment."""
        self._env.close()

    def _prune(self, txn: lmdb.Transaction, before: int) -> None:
        limit = max(before, 0).to_bytes(8)
        with txn.cursor() as cursor:
            left = _PRUNE_MOST if cursor.first() else 0
            while left and bytes(cursor.key())[:8] < limit and cursor.delete():
                left -= 1


class _Used(Mapping[str, int]):
    def __init__(self, store: OnceStore, day: str | datetime) -> None:
        self._store, self._day = store, day

    def __getitem__(self, grant: str) -> int:
        return self._store.count(grant, self._day if isinstance(self._day, str) else day_of(self._day))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def day_of(instant: datetime) -> str:
    """Return the province's calendar day, for quotas."""
    return local_date(instant).isoformat()


def made_again(folder: Path, ledger: Path, now: datetime) -> None:
    """Throw the store away and make it from the ledger. Only while no worker runs."""
    shutil.rmtree(folder, ignore_errors=True)
    store = OnceStore(folder)
    try:
        store.refill(_recent(ledger, now), now)
    finally:
        store.close()


def _recent(ledger: Path, now: datetime) -> Iterator[Entry]:
    # A segment untouched since yesterday can hold neither a nonce of the window nor an answer of today.
    oldest = now.timestamp() - 86_400 - _KEPT
    for path in sorted((Path(ledger) / FOLDER).glob(f"*{SUFFIX}")):
        if path.stat().st_mtime >= oldest:
            for located in reader.entries(ledger, segment=path.stem):
                if located.entry is not None:
                    yield located.entry


def nonce_key(created: int, who: str, nonce: str) -> bytes:
    """Return what stands for a nonce of `who` whose signature says that it was made at Unix second `created`."""
    return max(created, 0).to_bytes(8) + hashlib.sha256(f"{who}\n{nonce}".encode()).digest()[:16]
