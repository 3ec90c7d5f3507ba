"""
Old sealed blocks, made unreadable on the disk.

LMDB never changes a page in place: what a transaction replaces stays as it was on a page that is free from then on, and
copies of it may stand in the unused middle of other pages. A block opens only with its nonce, 12 random bytes that
stand in front of it; so each place in the file where an old nonce stands is overwritten. That is safe when

- the transaction that replaced the block is on the disk (its commit was synced): no recovery goes back behind it,
- no reader is still in the state before it (the table of readers says so), and
- no writer can take a page meanwhile (we hold the one write transaction),

for an old nonce stands in no live value then, and LMDB reads nothing but live values and its own lists. The nonces
lie in a file beside the layer's until they are wiped, so a wiping that was cut off is done by the next. LMDB keeps the
buffers of the pages it wrote and uses them again, remnants and all: so the environment is opened anew for each change.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from shudao.kernel.folders import sync_folder, write_whole
from shudao.plane.lookup.environments import Environment
from shudao.plane.lookup.shapes import NONCE

_NOTES = "wipe"
_CHUNK = 1 << 22
_WAIT = 60.0
_WAITED = 0.005

Notes = list[tuple[bytes, bytes]]  # a block's key, the nonce it had


def note(folder: Path, notes: Notes) -> None:
    """Write down, before the transaction that replaces the blocks is committed, which nonces are to be wiped."""
    write_whole(folder / _NOTES, msgspec.msgpack.encode(notes))


def waits(environment: Environment) -> bool:
    """Whether a change was cut off, and is to be finished."""
    return environment.pages is None or (environment.folder / _NOTES).exists()


def wipe(environment: Environment) -> int:
    """
    Overwrite every copy of the noted nonces, durably; return how many there were. Takes time as the file is long.

    Raises:
        TimeoutError: a reader stayed in an older state for a minute; call again later.
    """
    file = environment.folder / _NOTES
    if not file.exists():
        return 0
    content = file.read_bytes()
    if not content or content[0] == 0:  # everything was wiped, and the striking out cut off
        _strike_out(file)
        return 0
    copies = 0
    descriptor = os.open(environment.folder / "data.mdb", os.O_RDWR)
    try:
        with environment.env.begin(write=True, db=environment.blocks) as txn:
            _wait_for_readers(environment, txn.id() - 1)
            noted = msgspec.msgpack.decode(content, type=Notes)
            # A nonce that is still in use was noted for a transaction that never came to be.
            old = [nonce for key, nonce in noted if bytes(txn.get(key) or b"")[:NONCE] != nonce]
            for at in _places(descriptor, old):
                os.pwrite(descriptor, bytes(NONCE), at)
                copies += 1
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    _strike_out(file)
    return copies


def _strike_out(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()
    sync_folder(file.parent)


def _places(descriptor: int, nonces: Sequence[bytes]) -> Iterator[int]:
    start, size = 0, os.fstat(descriptor).st_size
    while start < size:
        chunk = os.pread(descriptor, _CHUNK + NONCE - 1, start)
        for nonce in nonces:
            at = chunk.find(nonce)
            while at >= 0:
                yield start + at
                at = chunk.find(nonce, at + 1)
        start += _CHUNK


def _wait_for_readers(environment: Environment, transaction: int) -> None:
    environment.env.reader_check()
    until = time.monotonic() + _WAIT
    while any(state < transaction for state in _states(environment)):
        if time.monotonic() > until:
            raise TimeoutError(f"a reader of {environment.folder.name} keeps an older state open")
        time.sleep(_WAITED)


def _states(environment: Environment) -> Iterator[int]:
    """Yield the transaction whose outcome each reader sees; idle readers have none."""
    for line in environment.env.readers().splitlines():
        words = line.split()
        if len(words) == 3 and words[2].isdigit():
            yield int(words[2])
