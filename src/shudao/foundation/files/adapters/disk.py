"""The folder of files: written whole, confirmed by the disk, then named."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from shudao.foundation.files.contracts import MEBIBYTE, DiskFull, FileTooLarge, StorageFault
from shudao.kernel.ids import new_id

CHUNK = 64 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextlib.contextmanager
def disk_faults() -> Iterator[None]:
    """Tell what went wrong with the disk in the house's words."""
    try:
        yield
    except OSError as error:
        raise (DiskFull() if error.errno in _FULL else StorageFault()) from error


@contextlib.contextmanager
def received(stream: Readable, *, root: Path, limit: int) -> Iterator[tuple[Path, str, int]]:
    """Yield (path, digest, size) of a temporary copy of the stream, gone afterwards unless it was moved."""
    folder = root / "incoming"
    path = folder / new_id()
    try:
        with disk_faults():
            _make(folder, root)
        digest, size = _copy(stream, path, limit)
        yield path, digest, size
    finally:
        path.unlink(missing_ok=True)


def _copy(stream: Readable, path: Path, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with disk_faults():
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    with file:
        while chunk := stream.read(min(CHUNK, limit + 1 - size)):
            size += len(chunk)
            if size > limit:
                raise FileTooLarge(limit_mib=f"{limit / MEBIBYTE:g}")
            digest.update(chunk)
            with disk_faults():
                file.write(chunk)
    return digest.hexdigest(), size


def keep(path: Path, digest: str, *, root: Path) -> None:
    """Move a received file to its address; when this returns, the disk has confirmed bytes and name."""
    with disk_faults():
        target = address(digest, root=root)
        _make(target.parent, root)
        if not target.exists():
            _sync(path)
            path.replace(target)
        _sync(target.parent)


def address(digest: str, *, root: Path) -> Path:
    return root / digest[:2] / digest[2:4] / digest


def open_at(digest: str, *, root: Path) -> BinaryIO:
    return address(digest, root=root).open("rb")


def _make(folder: Path, root: Path) -> None:
    """Make the folder below root; a folder made is a name in its parent, which must be confirmed as well."""
    if not root.exists():
        root.mkdir(parents=True, mode=0o700, exist_ok=True)
        _sync(root.parent)
    for made in (*reversed(folder.relative_to(root).parents), folder.relative_to(root)):
        path = root / made
        if not path.exists():
            path.mkdir(mode=0o700, exist_ok=True)
            _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
