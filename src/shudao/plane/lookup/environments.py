"""LMDB allows one opening of an environment a process: openings are shared here. Open after a fork, never before."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import lmdb

from shudao.plane.lookup import pages
from shudao.plane.lookup.contracts import Damaged

MAP_SIZE = 1 << 38  # address space, not disk: 256 GiB
_READERS = 9 * 4096  # bytes that 512 readers need
_NOTHING_FREE = 1 << 20  # bytes: LMDB writes more than that at once


class Environment:
    """One opened layer; `fresh` makes it, for a writer."""

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.users = 0
        self.pages: pages.Pages | None = None
        self._mark: tuple[int, int] | None = None
        self._open(fresh, fresh)

    def _open(self, writable: bool, fresh: bool) -> None:
        self.writable = writable
        if not writable:
            self._follow()
        try:
            with saving(self.folder):
                reserve(self.folder)
                self._open_env(writable, fresh)
        except BaseException:
            self._forget()
            raise

    def _open_env(self, writable: bool, fresh: bool) -> None:
        self.env = lmdb.open(
            str(self.folder),
            map_size=MAP_SIZE,
            max_dbs=2,
            readonly=not writable,
            create=fresh,
            sync=not fresh,
            max_readers=512,
            readahead=False,
            max_spare_txns=8,
        )
        try:
            self.check_size()
            self.blocks = self.env.open_db(b"blocks", create=fresh)
            self.meta = self.env.open_db(b"meta", create=fresh)
        except BaseException:
            self.env.close()
            raise

    def close(self) -> None:
        """Close what is open of it."""
        self._forget()
        self.env.close()

    def look(self, txn: lmdb.Transaction, key: bytes) -> None:
        """See the stretch of the layer's pages where `key` would be, before LMDB does. Raises Damaged, OSError."""
        if self.pages is not None and txn.id() != self.pages.transaction:
            self._follow()
        if self.pages is None or txn.id() != self.pages.transaction:
            return  # somebody is being erased
        if os.fstat(self.pages.file).st_size < self.pages.size:
            raise Damaged("the file was cut short")
        self.pages.look(int.from_bytes(key[:4]) >> self.pages.shift)

    def look_at_all(self) -> None:
        """See every page before LMDB does. Raises Damaged, OSError."""
        if self.pages is not None:
            self.pages.look_at_all()

    def _follow(self) -> None:
        """Take the checksums that are there now."""
        found = pages.mark(self.folder)
        if found != self._mark or found is None:
            self._forget()
            self.pages = pages.load(self.folder)
            self._mark = found

    def _forget(self) -> None:
        if self.pages is not None:
            self.pages.close()
        self.pages = self._mark = None

    def keep_size(self) -> None:
        """Make the file as long as its head says: a page that LMDB took and gave back at once is never written."""
        needed = (self.env.info()["last_pgno"] + 1) * self.env.stat()["psize"]
        if (self.folder / "data.mdb").stat().st_size < needed:
            os.truncate(self.folder / "data.mdb", needed)

    def check_size(self) -> None:
        """Raise Damaged where the file is shorter than its head says: reading past its end would end the process."""
        if not self.writable:
            with self.lock:  # somebody may be looking something up
                self._follow()
        needed = (self.env.info()["last_pgno"] + 1) * self.env.stat()["psize"]
        if not self.writable and (self.folder / "data.mdb").stat().st_size < needed:
            raise Damaged("the file was cut short")

    def reopen(self, *, writable: bool) -> None:
        """
        Close and open again, without what LMDB kept in memory; readers wait on the lock meanwhile.

        While it is open for writing there are no checksums. Raises Damaged, and changes nothing, where a page is.
        """
        with self.lock:
            if writable:
                self.look_at_all()
                pages.remove(self.folder)
            self.close()
            try:
                if not writable:
                    pages.write(self.folder)
            finally:
                self._open(writable, fresh=False)


@contextlib.contextmanager
def saving(folder: Path) -> Iterator[None]:
    """
    Tell a full disk from a broken one: LMDB says of a write that was cut short that the disk failed.

    Raises:
        OSError: ENOSPC, where an error of the disk came from inside and nothing is free.
    """
    try:
        yield
    except lmdb.Error as error:
        disk = os.statvfs(folder)
        if error.code == errno.EIO and disk.f_bavail * disk.f_frsize < _NOTHING_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def reserve(folder: Path) -> None:
    """
    Have the disk keep room for the table of readers, which LMDB maps: on a full disk, writing to it ends the process.

    Nobody in this process may have the environment open. Raises OSError.
    """
    try:
        descriptor = os.open(folder / "lock.mdb", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if error.errno == errno.EROFS:  # LMDB does without on a volume that nobody writes to
            return
        raise
    try:
        if os.fstat(descriptor).st_blocks * 512 < _READERS:
            os.posix_fallocate(descriptor, 0, _READERS)
    finally:
        os.close(descriptor)


_shared: dict[Path, Environment] = {}
_guard = threading.Lock()


def acquire(folder: Path, *, fresh: bool = False) -> Environment:
    """Return the process's opening of `folder`; give it back by `release`. Raises lmdb.Error, Damaged."""
    folder = folder.resolve()
    with _guard:
        found = _shared.get(folder)
        if found is None:
            found = _shared[folder] = Environment(folder, fresh=fresh)
        found.users += 1
        return found


def release(environment: Environment) -> None:
    """Close the environment when its last user gives it back."""
    with _guard:
        environment.users -= 1
        if environment.users == 0:
            _shared.pop(environment.folder, None)
            with environment.lock:
                environment.close()
