"""LMDB allows one opening of an environment a process: openings are shared here. Open after a fork, never before."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import lmdb

from shudao.plane.lookup.contracts import Damaged

MAP_SIZE = 1 << 38  # address space, not disk: 256 GiB


class Environment:
    """One opened layer; `fresh` makes it, for a writer."""

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.users = 0
        self._open(fresh, fresh)

    def _open(self, writable: bool, fresh: bool) -> None:
        self.writable = writable
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

    def keep_size(self) -> None:
        """Make the file as long as its head says: a page that LMDB took and gave back at once is never written."""
        needed = (self.env.info()["last_pgno"] + 1) * self.env.stat()["psize"]
        if (self.folder / "data.mdb").stat().st_size < needed:
            os.truncate(self.folder / "data.mdb", needed)

    def check_size(self) -> None:
        """Raise Damaged where the file is shorter than its head says: reading past its end would end the process."""
        needed = (self.env.info()["last_pgno"] + 1) * self.env.stat()["psize"]
        if not self.writable and (self.folder / "data.mdb").stat().st_size < needed:
            raise Damaged("the file was cut short")

    def reopen(self, *, writable: bool) -> None:
        """Close and open again, without what LMDB kept in memory; readers wait on the lock meanwhile."""
        with self.lock:
            self.env.close()
            self._open(writable, fresh=False)


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
                environment.env.close()
