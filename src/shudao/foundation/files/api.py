"""The door of files: content-addressed, looked at before they are kept, on the disk before anything names them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.adapters import encoding as _encoding
from shudao.foundation.files.adapters import workbook as _workbook
from shudao.foundation.files.contracts import DEFAULT_KINDS, DEFAULT_LIMIT, StoredFile
from shudao.foundation.files.queries import find as _find
from shudao.foundation.files.services import read as _read
from shudao.foundation.files.services import store as _store


class Readable(Protocol):
    """Anything with `read(size)`: an upload, an open file."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, b"" at the end."""


def store(
    stream: Readable,
    *,
    name: str,
    limit: int = DEFAULT_LIMIT,
    kinds: Collection[str] = DEFAULT_KINDS,
    acting: Actor,
    now: datetime,
) -> StoredFile:
    """
    Take a file in. When this returns, bytes and folder entry are confirmed by the disk.

    Args:
        stream: Read once, at most one byte beyond the limit.
        name: What the client calls it; comes back made safe.
        limit: Most bytes.
        kinds: Accepted kinds, keys of `contracts.MEDIA_TYPES`; told by the bytes, not by the name.
        acting: Who stores it; recorded in the audit trail.
        now: Aware, UTC.

    Returns:
        Digest, size, media type and safe name: keep digest and name together in your own row.

    Raises:
        FileTooLarge (413), FileKindRefused (415), FileBroken (422, a FileKindRefused), DiskFull (507), StorageFault
        (503): nothing is kept then. ValueError: an unknown kind.
    """
    return _store.store(stream, name=name, limit=limit, kinds=kinds, acting=acting, now=now)


def info(digest: str) -> StoredFile:
    """Return what is known of a stored file; its name is made of digest and kind. Raises NoSuchFile."""
    return _find.info(digest)


def read(digest: str) -> bytes:
    """Return a stored file's bytes, checked against the digest. Raises NoSuchFile, FileDamaged."""
    return _read.read(digest)


def open_file(digest: str) -> BinaryIO:
    """Open a stored file, unchecked: for large ones; the caller closes it. Raises NoSuchFile, FileDamaged."""
    return _read.open_file(digest)


def workbook_rows(path: Path) -> Iterator[list[str | None]]:
    """
    Yield the rows of an XLSX workbook's first sheet, read without trusting anything in it; the file need not be stored.

    Returns:
        Text, whole numbers without a point, days and moments in ISO form; no formula runs, the value beside it counts.

    Raises:
        NotAWorkbook: the file is none, is damaged, locked or hostile; also while rows are read.
    """
    return _workbook.rows(path)


def encoding(path: Path) -> str:
    """Return the encoding of a text file, "utf-8" or "gb18030", after a look at all of it. Raises NotText."""
    return _encoding.of(path)
