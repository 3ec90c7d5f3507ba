"""
The pages of an LMDB file that hold nothing any more, overwritten.

LMDB never changes a page in place: what a transaction replaces stays as it was on pages that a list inside the file
names as free, until a later transaction happens to take them. Overwriting free pages is safe when

- the transaction that freed them is on the disk (its commit was synced), so that no recovery goes back behind it,
- no reader is still in the state before it (the table of readers says so), and
- no writer can take them meanwhile (we hold the one write transaction);

for LMDB reads no free page, and one it takes it writes whole. Format: LMDB data version 1 (all of LMDB 0.9).
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from shudao.plane.lookup.contracts import Damaged
from shudao.plane.lookup.environments import Environment

_MAGIC, _VERSION = 0xBEEFC0DE, 1
_PAGE = struct.Struct("<QHHHH")  # number, pad, flags, lower, upper
_NODE = struct.Struct("<HHHH")  # size or child low, high; flags or child's top; key size
_META = struct.Struct("<IIQQ")  # magic, version, address, map size
_TREE = struct.Struct("<IHHQQQQQ")  # page size, flags, depth, branches, leaves, overflows, entries, root
_BRANCH, _LEAF, _BIG = 1, 2, 1
_NO_PAGE = (1 << 64) - 1
_WAIT = 60.0
_WAITED = 0.005


@dataclass(frozen=True, slots=True)
class _Meta:
    page_size: int
    free_root: int
    last_page: int
    transaction: int


def wipe(environment: Environment) -> int:
    """
    Overwrite the free pages of a layer with zeros, durably; return how many were not empty.

    Raises:
        Damaged: the file is not as LMDB 0.9 writes it.
        TimeoutError: a reader stayed in an older state for a minute; call again later.
    """
    with environment.env.begin(write=True) as txn:
        # Nothing is changed in it: it only keeps other writers away from the pages.
        descriptor = os.open(environment.folder / "data.mdb", os.O_RDWR)
        try:
            meta = _meta(descriptor)
            full = [page for page in _free(descriptor, meta) if any(_read(descriptor, meta, page))]
            if full:
                _wait_for_readers(environment, meta.transaction)
                for page in full:
                    os.pwrite(descriptor, bytes(meta.page_size), page * meta.page_size)
            size = (meta.last_page + 1) * meta.page_size
            if os.fstat(descriptor).st_size < size:
                os.ftruncate(descriptor, size)
            os.fsync(descriptor)
            return len(full)
        finally:
            os.close(descriptor)
            txn.abort()


def _wait_for_readers(environment: Environment, transaction: int) -> None:
    environment.env.reader_check()
    until = time.monotonic() + _WAIT
    while any(state < transaction for state in _states(environment)):
        if time.monotonic() > until:
            raise TimeoutError(f"a reader of {environment.folder.name} keeps an older state open")
        time.sleep(_WAITED)


def _states(environment: Environment) -> Iterator[int]:
    for line in environment.env.readers().splitlines():
        words = line.split()
        if len(words) == 3 and words[2].isdigit():
            yield int(words[2])


def _meta(descriptor: int) -> _Meta:
    found = []
    size = 4096
    for number in (0, 1):
        content = os.pread(descriptor, 256, number * size)
        magic, version, _, _ = _META.unpack_from(content, _PAGE.size)
        if magic != _MAGIC or version != _VERSION:
            raise Damaged("its file is not of the version this code knows")
        tree = _TREE.unpack_from(content, _PAGE.size + _META.size)
        last, transaction = struct.unpack_from("<QQ", content, _PAGE.size + _META.size + 2 * _TREE.size)
        size = tree[0]
        found.append(_Meta(tree[0], tree[7], last, transaction))
    return max(found, key=lambda meta: meta.transaction)


def _read(descriptor: int, meta: _Meta, page: int, count: int = 1) -> bytes:
    return os.pread(descriptor, count * meta.page_size, page * meta.page_size)


def _free(descriptor: int, meta: _Meta) -> Iterator[int]:
    """Yield the numbers of all free pages: the tree of free pages has a list for each transaction."""
    waiting = [] if meta.free_root == _NO_PAGE else [meta.free_root]
    while waiting:
        content = _read(descriptor, meta, waiting.pop())
        _, _, flags, lower, _ = _PAGE.unpack_from(content)
        for (start,) in struct.iter_unpack("<H", content[_PAGE.size : lower]):
            low, high, top, key_size = _NODE.unpack_from(content, start)
            if flags & _BRANCH:
                waiting.append(low | high << 16 | top << 32)
            elif flags & _LEAF:
                at = start + _NODE.size + key_size
                value = content[at : at + (low | high << 16)]
                if top & _BIG:
                    (page,) = struct.unpack_from("<Q", content, at)
                    pages = 1 + ((low | high << 16) + _PAGE.size) // meta.page_size
                    value = _read(descriptor, meta, page, pages)[_PAGE.size :][: low | high << 16]
                (count,) = struct.unpack_from("<Q", value)
                yield from struct.unpack_from(f"<{count}Q", value, 8)
