"""The tree's levels as files of 32-byte hashes: proofs are read by position, whatever the size."""

from __future__ import annotations

import os
from pathlib import Path

from shudao.kernel import merkle
from shudao.kernel.folders import write_at

FOLDER = "tree"
_BUFFERED = 1 << 16
_HEIGHTS = 40  # enough for a million million entries: who writes has them open from the start, and never more files


class FileLevel:
    """One level in a file; appends are buffered until `flush`."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = (os.O_RDWR | os.O_CREAT) if writable else os.O_RDONLY
        self._descriptor = os.open(path, flags, 0o644)
        self._stored = os.fstat(self._descriptor).st_size // merkle.HASH_SIZE
        self._buffer = bytearray()

    @property
    def stored(self) -> int:
        """How many hashes are in the file."""
        return self._stored

    def __len__(self) -> int:
        return self._stored + len(self._buffer) // merkle.HASH_SIZE

    def __getitem__(self, position: int) -> bytes:
        if position >= self._stored:
            start = (position - self._stored) * merkle.HASH_SIZE
            return bytes(self._buffer[start : start + merkle.HASH_SIZE])
        return os.pread(self._descriptor, merkle.HASH_SIZE, position * merkle.HASH_SIZE)

    def append(self, value: bytes) -> None:
        self._buffer += value
        if len(self._buffer) >= _BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered."""
        if self._buffer:
            write_at(self._descriptor, self._buffer, self._stored * merkle.HASH_SIZE)
            self._stored += len(self._buffer) // merkle.HASH_SIZE
            self._buffer.clear()

    def sync(self) -> None:
        """Write what is buffered and bring it to the disk."""
        self.flush()
        os.fdatasync(self._descriptor)

    def cut(self, count: int) -> None:
        """Keep the first `count` hashes only, of those that are in the file."""
        self._buffer.clear()
        os.ftruncate(self._descriptor, count * merkle.HASH_SIZE)
        self._stored = min(self._stored, count)

    def close(self) -> None:
        os.close(self._descriptor)


class FileTree:
    """The tree under `folder`/tree."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self._folder = Path(folder) / FOLDER
        self._writable = writable
        self._levels: list[FileLevel] = []
        count = sum(path.stat().st_size > 0 for path in self._folder.glob("level-*"))
        self.tree = merkle.Tree(self._level, max(count, _HEIGHTS if writable else 1))

    def _level(self, height: int) -> FileLevel:
        level = FileLevel(self._folder / f"level-{height:02}", writable=self._writable)
        self._levels.append(level)
        return level

    def cut(self, size: int, root: bytes) -> bool:
        """Bring every level to the tree of `size` with this root; where that does not lie there, empty it: False."""
        whole = all(level.stored >= size >> height for height, level in enumerate(self._levels))
        whole = whole and len(self._levels) >= size.bit_length() and self.tree.root(size) == root
        for height, level in enumerate(self._levels):
            level.cut(size >> height if whole else 0)
        return whole

    def flush(self) -> None:
        """Write what is buffered, so that readers find it. The files can be made again from the segments."""
        for level in self._levels:
            level.flush()

    def sync(self) -> None:
        """Bring every level to the disk: what a checkpoint covers is not made again after a power cut."""
        for level in self._levels:
            level.sync()

    def close(self) -> None:
        for level in self._levels:
            level.close()
