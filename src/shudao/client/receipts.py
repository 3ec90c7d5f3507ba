"""
Receipts: what the gateway signed about its ledger. Checked against its public key, and kept.

A receipt says that a segment of the ledger held so many entries with such a running hash. Who holds it can show later
that entries were cut off. It names no person.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Protocol

from shudao.client.errors import Untrusted
from shudao.kernel import signing
from shudao.kernel.time import now

_FILE_BYTES = 8 << 20
_NAME = "receipts-{:08}.jsonl"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Segment `segment` held `entries` entries with running hash `head` at `instant` (Unix microseconds)."""

    segment: str
    entries: int
    head: str
    instant: int
    key: str
    signature: bytes

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        return f"shudao receipt\n{self.segment}\n{self.entries}\n{self.head}\n{self.instant}".encode()


def parse(text: str) -> Receipt:
    """Return the receipt of an X-Shudao-Receipt header. Raises ValueError."""
    segment, entries, head, instant, key, signature = text.strip().split(":")
    return Receipt(segment, int(entries), head, int(instant), key, base64.b64decode(signature, validate=True))


class Trust:
    """The gateway's public keys; without any, receipts are only read, not checked."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._verifiers = {key_id: signing.scheme().verifier(key_id, public) for key_id, public in keys.items()}

    def check(self, ledger: str, receipt: str) -> None:
        """Raise Untrusted unless a known key signed `receipt` and it covers the entry `ledger` ("segment:sequence")."""
        if not self._verifiers:
            return
        try:
            segment, _, sequence = ledger.rpartition(":")
            given = parse(receipt)
            verifier = self._verifiers[given.key]
            holds = given.segment == segment and given.entries > int(sequence)
            holds = holds and verifier.verify(given.signed(), given.signature)
        except (KeyError, ValueError):
            holds = False
        if not holds:
            raise Untrusted("the answer's receipt does not hold", "receipt_refused")


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: which call, which service, where in the ledger, the receipt. Nobody's data."""

    call: str
    service: str
    ledger: str
    receipt: str


class Keeper(Protocol):
    """Takes every receipt as it comes; `keep` is called by any thread."""

    def keep(self, kept: Kept) -> None: ...


class Folder:
    """
    Keeps receipts as lines of JSON in files of a folder; the oldest file goes when they are more than `megabytes`.

    What was written reaches the disk when a file is full, at `sync` and at `close`.
    """

    def __init__(self, folder: Path, *, megabytes: int = 256) -> None:
        self._folder = folder
        self._files = max(2, (megabytes << 20) // _FILE_BYTES)
        self._guard = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._number = max((_number(path) for path in self.files()), default=0)
        self._open: FileIO | None = None
        self._torn = False  # whether a line was left unfinished by a full disk
        self.count = 0

    def files(self) -> list[Path]:
        """Return the files, oldest first."""
        return sorted(self._folder.glob("receipts-*.jsonl"))

    def keep(self, kept: Kept) -> None:
        """Write one line. Raises OSError where the disk refuses."""
        line = {"at": now().isoformat(), "call": kept.call, "service": kept.service}
        line |= {"ledger": kept.ledger, "receipt": kept.receipt}
        content = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        with self._guard:
            file = self._file()
            content = b"\n" + content if self._torn else content
            self._torn = True
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, "a receipt was written in part")
            self._torn = False
            self.count += 1

    def sync(self) -> None:
        """Put on the disk what was kept."""
        with self._guard:
            if self._open is not None:
                os.fsync(self._open.fileno())

    def close(self) -> None:
        """Put everything on the disk and close."""
        with self._guard:
            self._end()

    def _file(self) -> FileIO:
        if self._open is not None and self._open.tell() >= _FILE_BYTES:
            self._end()
        if self._open is None:
            last = self._folder / _NAME.format(max(self._number, 1))
            if last.exists() and last.stat().st_size >= _FILE_BYTES:
                self._number += 1
                last = self._folder / _NAME.format(self._number)
            self._number = max(self._number, 1)
            self._open = FileIO(os.open(last, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
            for old in self.files()[: -self._files]:
                old.unlink(missing_ok=True)
        return self._open

    def _end(self) -> None:
        if self._open is not None:
            closing, self._open = self._open, None
            with closing:
                os.fsync(closing.fileno())


def _number(path: Path) -> int:
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0
