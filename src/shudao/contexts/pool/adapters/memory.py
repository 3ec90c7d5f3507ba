"""Hold a delivery in memory under a path: what comes from a browser or a table never lies on a disk in plain."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def space() -> Iterator[tuple[BinaryIO, Path]]:
    """Give a file to write to, once, and a path at which it can then be read as often as wanted in the block."""
    descriptor = os.memfd_create("delivery", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            yield file, Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def held(chunks: Iterable[bytes]) -> Iterator[Path]:
    """Give a path at which the bytes can be read, as often as wanted, while the block runs."""
    with space() as (file, path):
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        yield path
