"""Hold a delivery in memory under a path: what comes from a browser or a table never lies on a disk in plain."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.ipc

_ROWS = 20_000


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


@contextlib.contextmanager
def table(names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[Path]:
    """Give a path at which rows of text can be read as an Arrow file while the block runs."""
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    waiting = iter(rows)
    with space() as (file, path):
        with pa.ipc.new_file(file, schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            while some := list(islice(waiting, _ROWS)):
                arrays = [pa.array(values, pa.string()) for values in zip(*some, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema))
        file.flush()
        yield path
