"""
Checksums of a layer's pages, so that LMDB never follows a page that is not as it was written.

LMDB trusts what lies on its pages: one that a failing disk garbled may end the process that looks at it. Whoever
finishes a layer puts a file of checksums beside it, one of 4 bytes for each page. A process that reads the layer
walks the tree itself first, page by page, by reads that cannot fail but with an error: what leads to the blocks when
it opens the layer, and the rest in *stretches*, each when the first look-up comes to it. Subjects are hashes and lie
evenly, so a stretch is whatever begins with the same few bits: about sixteen pages. Once seen, a look-up in it costs
one look at a list.

While somebody is being erased, pages move and there is no file of checksums; readers go on without. Layout of pages:
LMDB 0.9, which its files say of themselves.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import struct
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path

from shudao.kernel.folders import sync_folder, write_whole
from shudao.plane.lookup.contracts import Damaged
from shudao.plane.lookup.shapes import KEY

NAME, _DATA = "pages", "data.mdb"
_HEAD = struct.Struct("<8sQII")  # what it is, transaction, bytes of a page, pages
_WHAT = b"SHUPAGE1"
_META = struct.Struct("<II16xI92xQQ")  # in a meta page: magic, version, bytes of a page, last page, transaction
_MAIN = 16 + 24 + 48  # where a meta page says of the main tree
_ROOT = 40  # where a tree's record names its root
_TREE = 48  # bytes of that record
_PAGE = struct.Struct("<8x2xHHH")  # flags, lower, upper
_NODE = struct.Struct("<HHHH")  # low, high, flags, bytes of the key
_BRANCH, _LEAF, _FAR, _NOWHERE = 1, 2, 1, (1 << 64) - 1
_TOGETHER, _STRETCH, _MOST_BITS = 1 << 10, 16, 24
_MAGIC, _VERSION = 0xBEEFC0DE, 1
Sums = memoryview  # of numbers of 4 bytes: readers do without numpy


class Pages:
    """
    Which pages of a layer this process has seen to be as they were written.

    Raises:
        Damaged: a page that leads to the blocks, or the file of checksums, is not.
        FileNotFoundError: there are no checksums.
    """

    def __init__(self, folder: Path) -> None:
        self._sums, self.transaction, self._bytes = _read(folder / NAME)
        self.size = len(self._sums) * self._bytes
        bits = min(_MOST_BITS, max(0, (len(self._sums) // _STRETCH).bit_length() - 1))
        self.shift = 32 - bits
        self.seen = bytearray(1 << bits)
        self.file = os.open(folder / _DATA, os.O_RDONLY)
        try:
            self._roots()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        os.close(self.file)

    def look(self, number: int) -> None:
        """See a stretch of the tree, with what leads to it and what follows it. Raises Damaged, OSError."""
        if self.seen[number]:
            return
        low = (number << self.shift).to_bytes(5)[1:]
        high = (number + 1 << self.shift).to_bytes(5)
        for page in self._walk(self._blocks, b"", low, high[1:] if high[0] == 0 else None):
            self._look_far(page)
        self.seen[number] = 1

    def look_at_all(self) -> None:
        """See every page, free ones too. Raises Damaged, OSError."""
        if all(self.seen):
            return
        for why in self.damaged():
            raise Damaged(why)
        self.seen = bytearray(b"\1" * len(self.seen))

    def damaged(self) -> Iterator[str]:
        """Yield a few words for each page that is not as it was written."""
        for start in range(0, len(self._sums), _TOGETHER):
            wanted = self._sums[start : start + _TOGETHER]
            found = _sums(self.file, self._bytes, start)[: len(wanted)]
            if found.tobytes() != wanted.tobytes():
                pairs = itertools.zip_longest(found, wanted)
                yield from (self._why(start + place) for place, (here, there) in enumerate(pairs) if here != there)

    def _page(self, number: int) -> bytes:
        page = os.pread(self.file, self._bytes, number * self._bytes)
        if number >= len(self._sums) or zlib.crc32(page) != self._sums[number]:
            raise Damaged(self._why(number))
        return page

    def _why(self, number: int) -> str:
        """Name a page that was changed, and its blocks where it still tells."""
        page, keys = os.pread(self.file, self._bytes, number * self._bytes), []
        with contextlib.suppress(struct.error):
            if _PAGE.unpack_from(page)[0] == _LEAF:
                keys = [page[at + _NODE.size : at + _NODE.size + KEY].hex() for at in _nodes(page)]
        return f"page {number} was changed" + (f", on it the blocks {', '.join(keys[:4])}" if keys else "")

    def _roots(self) -> None:
        if os.fstat(self.file).st_size < self.size:
            raise Damaged("the file was cut short")
        metas = [self._page(0), self._page(1)]
        newest = max(metas, key=lambda page: _meta(page)[4])
        if _meta(newest)[:2] != (_MAGIC, _VERSION) or _meta(newest)[4] != self.transaction:
            raise Damaged("its head is of another state")
        trees: dict[bytes, int] = {}
        (main,) = struct.unpack_from("<Q", newest, _MAIN + _ROOT)
        for page in self._walk(main, b"", b"", None):
            for at in _nodes(page):
                *_, key = _NODE.unpack_from(page, at)
                name = page[at + _NODE.size : at + _NODE.size + key]
                (trees[name],) = struct.unpack_from("<Q", page, at + _NODE.size + key + _ROOT)
        self._blocks = trees[b"blocks"]
        for page in self._walk(trees[b"meta"], b"", b"", None):
            self._look_far(page)

    def _look_far(self, page: bytes) -> None:
        """See the pages of a leaf's values that are too long for it."""
        for at in _nodes(page):
            _, _, flags, key = _NODE.unpack_from(page, at)
            if flags & _FAR:
                (first,) = struct.unpack_from("<Q", page, at + _NODE.size + key)
                (count,) = struct.unpack_from("<I", self._page(first), 12)
                for number in range(first + 1, first + count):
                    self._page(number)

    def _walk(self, number: int, bound: bytes, low: bytes, high: bytes | None) -> Iterator[bytes]:
        """Yield the leaves from where `low` would be up to the first that lies beyond `high`; `bound` leads here."""
        if number == _NOWHERE:
            return
        page = self._page(number)
        if not _PAGE.unpack_from(page)[0] & _BRANCH:
            yield page
            return
        nodes = _nodes(page)

        def key(place: int) -> bytes:  # that of the first is left out
            at = nodes[place]
            return page[at + _NODE.size : at + _NODE.size + _NODE.unpack_from(page, at)[3]] if place else bound

        first = max(0, bisect_right(range(len(nodes)), low, key=key) - 1)
        last = len(nodes) if high is None else bisect_left(range(len(nodes)), high, key=key) + 1
        for place in range(first, min(last, len(nodes))):
            below, above, top, _ = _NODE.unpack_from(page, nodes[place])
            yield from self._walk(below | above << 16 | top << 32, key(place), low, high)


def write(folder: Path) -> None:
    """Put the checksums of a layer's pages beside it, durably; nobody writes to it meanwhile."""
    descriptor = os.open(folder / _DATA, os.O_RDONLY)
    try:
        page_bytes = _meta(os.pread(descriptor, 4096, 0))[2]
        metas = [os.pread(descriptor, page_bytes, page_bytes * number) for number in (0, 1)]
        count = os.fstat(descriptor).st_size // page_bytes
        found = [_sums(descriptor, page_bytes, start) for start in range(0, count, _TOGETHER)]
    finally:
        os.close(descriptor)
    head = _HEAD.pack(_WHAT, max(_meta(page)[4] for page in metas), page_bytes, count)
    content = head + b"".join(part.tobytes() for part in found)
    write_whole(folder / NAME, content + zlib.crc32(content).to_bytes(4, "little"), mode=0o600)


def remove(folder: Path) -> None:
    """Take the checksums away before pages change, so that none is found wrong because of it."""
    (folder / NAME).unlink(missing_ok=True)
    sync_folder(folder)


def mark(folder: Path) -> tuple[int, int] | None:
    """Return what changes when other checksums are put beside the layer; None where there are none."""
    try:
        stat = (folder / NAME).stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def load(folder: Path) -> Pages | None:
    """Return the layer's pages, None where it has no checksums at the moment. Raises Damaged, OSError."""
    while True:
        before = mark(folder)
        if before is None:
            return None
        try:
            return Pages(folder)
        except (Damaged, FileNotFoundError, KeyError, IndexError, struct.error) as error:
            if mark(folder) == before:
                raise error if isinstance(error, Damaged) else Damaged(str(error)) from error


def _read(file: Path) -> tuple[Sums, int, int]:
    """Return checksums by page, the transaction that they are of, and how many bytes a page has."""
    content = file.read_bytes()
    if len(content) < _HEAD.size + 4 or zlib.crc32(content[:-4]) != int.from_bytes(content[-4:], "little"):
        raise Damaged("its checksums were changed")
    what, transaction, page_bytes, count = _HEAD.unpack_from(content)
    if what != _WHAT or len(content) != _HEAD.size + 4 * count + 4:
        raise Damaged("its checksums are of another kind")
    return memoryview(content)[_HEAD.size : -4].cast("I"), transaction, page_bytes


def _meta(page: bytes) -> tuple[int, int, int, int, int]:
    magic, version, page_bytes, last, transaction = _META.unpack_from(page, 16)
    return magic, version, page_bytes, last, transaction


def _nodes(page: bytes) -> tuple[int, ...]:
    """Return where the nodes of a page are."""
    return struct.unpack_from(f"<{_PAGE.unpack_from(page)[1] - 16 >> 1}H", page, 16)


def _sums(descriptor: int, page_bytes: int, start: int) -> Sums:
    """Return the checksums of the pages from `start` on, some at once; fewer where the file ends."""
    chunk = memoryview(os.pread(descriptor, page_bytes * _TOGETHER, page_bytes * start))
    found = [zlib.crc32(chunk[at : at + page_bytes]) for at in range(0, len(chunk), page_bytes)]
    return memoryview(array("I", found))
