"""
Where an index lies: a folder with one LMDB environment for each build and the file CURRENT that names the valid one.

LMDB allows one opening of an environment a process, so openings are shared here. Open after a fork, never before.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import lmdb

from shudao.kernel.folders import write_whole
from shudao.kernel.ids import new_id

MAP_SIZE = 1 << 38  # address space, not disk: 256 GiB
_CURRENT = "CURRENT"


class Environment:
    """One opened LMDB environment, shared by the process's readers and its writer."""

    def __init__(self, folder: Path, *, writable: bool, fresh: bool) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.users = 0
        self._open(writable, fresh)

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
        )
        self.rows = self.env.open_db(b"rows", create=fresh)
        self.meta = self.env.open_db(b"meta", create=fresh)

    def make_writable(self) -> None:
        """Reopen for writing; readers wait on the lock meanwhile."""
        with self.lock:
            if not self.writable:
                self.env.close()
                self._open(writable=True, fresh=False)


_shared: dict[Path, Environment] = {}
_guard = threading.Lock()


def acquire(folder: Path, *, writable: bool = False, fresh: bool = False) -> Environment:
    """Return the process's opening of `folder`; give it back by `release`."""
    folder = folder.resolve()
    with _guard:
        found = _shared.get(folder)
        if found is None:
            found = _shared[folder] = Environment(folder, writable=writable, fresh=fresh)
        elif writable:
            found.make_writable()
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


def current(path: Path) -> Path | None:
    """Return the folder of the valid build, or None where nothing has been built."""
    try:
        name = (path / _CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    return path / name


def mark(path: Path) -> tuple[int, int] | None:
    """Return what changes when another build becomes valid."""
    try:
        stat = (path / _CURRENT).stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def new_build(path: Path) -> Path:
    """Make the folder of a new build."""
    folder = path / f"{new_id()}.lmdb"
    folder.mkdir(parents=True)
    return folder


def make_current(path: Path, folder: Path) -> None:
    """Let readers use `folder` from now on, and remove the other builds (open ones live on until they are closed)."""
    write_whole(path / _CURRENT, folder.name.encode("ascii"))
    for other in path.glob("*.lmdb"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
