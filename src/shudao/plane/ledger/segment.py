"""A worker's own append-only file. `write` returns only when the batch is on the disk, or it raises."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shudao.kernel.errors import ShudaoError
from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id, random_bytes
from shudao.kernel.signing import Signer
from shudao.kernel.time import now
from shudao.plane.ledger import entry, frames, receipts

FOLDER = "segments"
SUFFIX = ".seg"
_ROTATE = 256 << 20


class LedgerUnavailable(ShudaoError):
    """The batch could not be made durable: nothing of it may be answered as a success."""

    code = "plane.ledger_unavailable"
    status = 503
    says = "调用账本暂时无法写入，本次调用未予答复。"
    advice = "请稍后重试；系统管理员请检查账本所在磁盘。"


@dataclass(frozen=True, slots=True)
class Written:
    """A durable batch: its entries are `first` … `receipt.entries - 1` of `segment`."""

    segment: str
    first: int
    receipt: receipts.Receipt


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch on its way: its bytes, the running hash behind it, its receipt."""

    content: bytes
    head: bytes
    receipt: receipts.Receipt


class Segment:
    """
    Appends batches to the folder's newest file of this worker, and opens another after a failure or at 256 MiB.

    After a failed write or fsync nothing can be known about the file's end, so it is cut back to the last durable
    batch and never written again.
    """

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = Path(folder) / FOLDER
        self._signer = signer
        self._descriptor = -1
        self._entries = self._size = 0
        self._head = b""
        self.id = ""

    def write(self, bodies: Sequence[bytes]) -> Written:
        """Append the entries and return when they are durable. Raises LedgerUnavailable; then none counts."""
        return self.put(self.prepare(bodies))

    def prepare(self, bodies: Sequence[bytes]) -> Prepared:
        """Return the batch as it will stand in the file; the next only after its `put`. Raises LedgerUnavailable."""
        try:
            if self._descriptor < 0 or self._size > _ROTATE:
                self._open()
        except OSError as error:
            self._abandon()
            raise LedgerUnavailable from error
        content, head = self._framed(bodies)
        count = self._entries + len(bodies)
        receipt = receipts.give(self.id, count, head, int(now().timestamp() * 1_000_000), self._signer)
        return Prepared(content + frames.receipt(receipt.text()), head, receipt)

    def put(self, prepared: Prepared) -> Written:
        """Append what was prepared and return when it is durable. Raises LedgerUnavailable; then none counts."""
        try:
            self._put(prepared.content)
        except OSError as error:
            self._abandon()
            raise LedgerUnavailable from error
        first, self._entries, self._head = self._entries, prepared.receipt.entries, prepared.head
        self._size += len(prepared.content)
        return Written(self.id, first, prepared.receipt)

    def close(self) -> None:
        """Close the file; a later `write` opens another."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self.id = new_id().lower()
        path = self._folder / f"{self.id}{SUFFIX}"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        self._entries, self._size, self._head = 0, 0, entry.first_head(self.id)
        start = frames.header(self.id, now().isoformat())
        try:
            self._put(start)
            sync_folder(self._folder)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        self._size = len(start)

    def _framed(self, bodies: Sequence[bytes]) -> tuple[bytes, bytes]:
        salts, head, parts = random_bytes(entry.SALT_SIZE * len(bodies)), self._head, []
        for number, body in enumerate(bodies):
            salt = salts[number * entry.SALT_SIZE : (number + 1) * entry.SALT_SIZE]
            parts.append(frames.pack(b"\x01" + salt + body))
            head = entry.next_head(head, entry.commitment(salt, body))
        return b"".join(parts), head

    def _put(self, content: bytes) -> None:
        # Until it is durable or cut off again nobody may take it for written: what the sequencer signs must stay.
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        view = memoryview(content)
        while view:
            view = view[os.write(self._descriptor, view) :]
        os.fdatasync(self._descriptor)
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _abandon(self) -> None:
        if self._descriptor < 0:
            return
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError:
            pass  # the end stays, unacknowledged; readers drop what of it is torn
        finally:
            self.close()
