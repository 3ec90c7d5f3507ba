"""What one worker process holds: the snapshot it follows, its indexes, its keys, its place in the ledger."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from shudao.faces.gateway import incoming
from shudao.faces.gateway.authentication import Authentication
from shudao.faces.gateway.configuration import Configuration
from shudao.faces.gateway.sessions import Sessions
from shudao.faces.gateway.watching import watched
from shudao.kernel.keys import KeyRefused, KeyRing
from shudao.kernel.sealing import KeyedHash
from shudao.kernel.signing import Verifier
from shudao.kernel.time import now
from shudao.plane.decision import Book
from shudao.plane.grants import Resource
from shudao.plane.ledger.commit import GroupCommit
from shudao.plane.ledger.segment import Segment
from shudao.plane.lookup.contracts import Found, IndexDamaged
from shudao.plane.lookup.reader import IndexReader
from shudao.plane.once import OnceStore, StoreUnavailable
from shudao.plane.snapshot import Watcher

if TYPE_CHECKING:
    from shudao.faces.gateway.proxy.proxying import Proxy

SNAPSHOT_KEYS, LEDGER_KEYS, INDEX_KEYS, SUBJECT_KEYS = "snapshot-signing", "ledger", "pool-index", "subject-hash"
_LOOK_EVERY = 0.5
_PR_SET_PDEATHSIG = 1


class Worker:
    """Made once in each worker process, after the fork."""

    def __init__(self, configuration: Configuration) -> None:
        # Not kindly: a worker that outlived its launcher would hold the port, and nothing of it can be lost.
        die_with_parent(signal.SIGKILL)
        if configuration.launcher and os.getppid() != configuration.launcher:
            os._exit(1)  # it died between the fork and the line above
        self._configuration = configuration
        self._pool = Path(configuration.pool)
        self._ring = KeyRing.load(Path(configuration.keys))
        self._indexes: dict[str, IndexReader] = {}
        self._subject_key = b""
        self._hashed: KeyedHash | None = None
        self._watcher = Watcher(Path(configuration.snapshots), self._snapshot_keys)
        self._told = ""
        self.book: Book | None = None
        self.proxy: Proxy | None = None
        self.once = OnceStore(configuration.once)
        self.sessions = Sessions(self._ring)
        self.authentication = Authentication(self.sessions, self.once)
        self._ring.ensure(LEDGER_KEYS)
        self.ledger = GroupCommit(Segment(Path(configuration.ledger), self._ring.signer(LEDGER_KEYS)), self._claimed)
        self.look()

    async def follow(self) -> None:
        """Look for news twice a second, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            incoming.end_late_bodies()
            self.look()
            if self.proxy is not None:
                self.proxy.look()

    def look(self) -> None:
        """Take over a new snapshot and new keys; tell a problem once."""
        if self._watcher.look() and self._watcher.snapshot is not None:
            self.book = Book(self._watcher.snapshot)
            self._follow_upstreams(self._watcher.snapshot.resources)
        if self._watcher.problem:
            self.tell(self._watcher.problem)
        try:
            key = self._ring.secret(SUBJECT_KEYS).secret
        except KeyRefused:
            key = b""
        if key != self._subject_key:
            self._subject_key, self._hashed = key, KeyedHash(key) if key else None

    def _follow_upstreams(self, resources: tuple[Resource, ...]) -> None:
        proxy = self.proxy
        if proxy is None:
            if all(resource.upstream is None for resource in resources):
                return
            # Loaded only where there is something to ask: most gateways answer from the pool alone.
            proxying = import_module("shudao.faces.gateway.proxy.proxying")
            proxy = self.proxy = proxying.Proxy(self, self._configuration.upstream_networks, self._configuration.places)
        proxy.follow(resources)

    def proxied(self, service: str) -> Resource | None:
        """Return the resource of a service that a department answers for itself, None where the pool does."""
        resource = self.book.services.get(service) if self.book is not None else None
        return resource if resource is not None and resource.upstream is not None else None

    def tell(self, problem: str) -> None:
        """Write a problem to the log, unless it was the last one told."""
        if problem != self._told:
            self._told = problem
            print(f"gateway: {problem}", file=sys.stderr, flush=True)

    def age(self, instant: datetime) -> float:
        """Return the snapshot's age in seconds."""
        return self._watcher.age(instant)

    def subject_hash(self, subject: str) -> bytes:
        """Return the subject's 16 bytes, as the pool hashes identifiers. Raises IndexDamaged without a key."""
        if self._hashed is None:
            raise IndexDamaged(index="*", key="*", why=f"no key of purpose {SUBJECT_KEYS}")
        return self._hashed(unicodedata.normalize("NFKC", subject).strip().upper())

    def _claimed(self, keys: Sequence[bytes]) -> list[str]:
        try:
            return ["" if first else "replayed" for first in self.once.claim_all(keys)]
        except StoreUnavailable:
            return ["store_unavailable"] * len(keys)

    def find(self, resource: Resource, subject: bytes, fields: Collection[str]) -> Found | None:
        """Look the subject up in the resource's index, reading `fields` alone. Raises IndexDamaged, IndexMissing."""
        reader = self._indexes.get(resource.index)
        if reader is None:
            reader = IndexReader(self._pool / resource.index, self._ring.secrets(INDEX_KEYS))
            self._indexes[resource.index] = reader
        try:
            return reader.lookup(subject, fields)
        except IndexDamaged:
            # Opened anew next time: after a rotation the keys at hand are more than they were.
            self._indexes.pop(resource.index).close()
            raise

    def health(self) -> dict[str, object]:
        """Return whether calls can be answered, and why not."""
        snapshot, instant = self._watcher.snapshot, now()
        age = self.age(instant)
        ledger = watched(Path(self._configuration.ledger), self._configuration.witness, instant)
        well = snapshot is not None and not (self._watcher.problem or ledger["alarm"] or ledger.get("problem"))
        told: dict[str, object] = {
            "status": "ok" if well else "degraded",
            "snapshot": snapshot.version if snapshot is not None else None,
            "snapshot_age_seconds": round(age, 1) if snapshot is not None else None,
            "problem": self._watcher.problem or None,
            "worker": os.getpid(),
            "ledger": ledger,
        }
        if self.proxy is not None:
            told["upstreams"] = self.proxy.health()
        return told

    def close(self) -> None:
        """Finish the batch under way and give everything back."""
        self.ledger.close()
        self.once.close()
        for reader in self._indexes.values():
            reader.close()

    def _snapshot_keys(self) -> dict[str, Verifier]:
        return self._ring.verifiers(SNAPSHOT_KEYS)


def die_with_parent(how: signal.Signals) -> None:
    """Ask the kernel to end this process when its parent dies, however that dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how)
