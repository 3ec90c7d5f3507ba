"""Write files so that they are either whole and on the disk, or not there."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from shudao.kernel.ids import new_id


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settled_size(descriptor: int) -> int:
    """
    Return how much of a file stays, power cut or not: only on that may anybody build.

    Waits for a writer that holds the file's lock, which it does until what it wrote is durable or cut off again. What
    a killed one left is made durable here.
    """
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    size = os.fstat(descriptor).st_size
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.fdatasync(descriptor)
    return size


def write_at(descriptor: int, content: bytes | bytearray, offset: int) -> None:
    """Write all of `content` at `offset`: a disk that is nearly full takes a part and calls that a success."""
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put `content` at `path` by a synced temporary file and a rename; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{new_id()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
