"""
Folders in which departments leave files: everything is held by descriptor, no link is ever followed.

A file is claimed by renaming it where it lies (`.taking.<name>`), so that nobody puts another one in its place while it
is read; `.again.<name>` was tried before, and waits longer. One that has been taken in becomes `.taken.<name>` before
it is overwritten: a killed process leaves a name that says how far it came.
"""

from __future__ import annotations

import contextlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

TAKING, AGAIN, TAKEN, REFUSED = ".taking.", ".again.", ".taken.", "refused"
QUIET_SECONDS = 5.0
AGAIN_SECONDS = 300.0
_ORDER = ("full", "append", "upsert", "delete")
_UNDER_WAY = (".part", ".filepart", ".tmp")
_LONGEST_NAME = 200
_CHUNK = 1 << 20
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Held:
    """A file being read: `path` leads to what was opened, whatever its name has come to mean since."""

    descriptor: int

    @property
    def path(self) -> Path:
        """Where it can be read."""
        return Path(f"/proc/self/fd/{self.descriptor}")

    def looks(self) -> tuple[int, int]:
        """Its size and time of change: other ones mean that somebody wrote to it."""
        found = os.fstat(self.descriptor)
        return found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder `<dataset>/<mode>` of the inbox, by its descriptor."""

    dataset: str
    mode: str
    descriptor: int

    def waiting(self, instant: float) -> list[str]:
        """Return the names of what stands still at `instant` (seconds since the epoch), or can never be taken."""
        names = set()
        for name in os.listdir(self.descriptor):
            plain = name.removeprefix(TAKING).removeprefix(AGAIN) or name
            if plain != name or not (name.startswith(".") or name.endswith(_UNDER_WAY) or self._is_aside(name)):
                names.add(plain)
        return [name for name in sorted(names) if self._stands_still(name, instant)]

    def _is_aside(self, name: str) -> bool:
        return name == REFUSED and stat.S_ISDIR(os.lstat(name, dir_fd=self.descriptor).st_mode)

    def _stands_still(self, name: str, instant: float) -> bool:
        lying = self._lying(name)
        try:
            # Every write and rename moves ctime, and nobody can set it back.
            changed = os.stat(lying, dir_fd=self.descriptor, follow_symlinks=False).st_ctime
        except FileNotFoundError:
            return False
        return instant - changed >= (AGAIN_SECONDS if lying.startswith(AGAIN) else QUIET_SECONDS)

    def fault(self, name: str) -> str:
        """Return why what has this name cannot be taken in; "" where it can."""
        if any(unicodedata.category(character) in _UNPRINTABLE for character in name):
            return gettext_noop("文件名含有控制字符或不能显示的字符。")
        if len(os.fsencode(name)) > _LONGEST_NAME:
            return gettext_noop("文件名过长。")
        found = os.stat(self._lying(name), dir_fd=self.descriptor, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            return gettext_noop("不是普通文件（链接、设备、管道和文件夹不接受）。")
        if found.st_nlink != 1:
            return gettext_noop("文件在别处另有名称（硬链接不接受）。")
        return ""

    @contextlib.contextmanager
    def held(self, name: str) -> Iterator[Held]:
        """Claim the file and open it. Raises OSError where it may not be read or is no plain file any more."""
        before = self._lying(name)
        # What lies claimed killed its process, or was killed with it: if it does so again, it has to wait.
        claimed = (AGAIN if before.startswith(TAKING) else TAKING) + name
        self._rename(before, claimed)
        descriptor = os.open(claimed, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self.descriptor)
        try:
            if not _is_plain(descriptor):
                raise PermissionError
            yield Held(descriptor)
        finally:
            os.close(descriptor)

    def let_go(self, name: str) -> None:
        """Give a claimed file its own name back, unless another one has it by now."""
        if name not in os.listdir(self.descriptor):
            self._rename(self._lying(name), name)

    def put_off(self, name: str) -> None:
        """Let a file wait before it is tried again."""
        # By way of another name: a rename to the same one would not move ctime.
        self._rename(self._lying(name), TAKING + name)
        self._rename(TAKING + name, AGAIN + name)

    def wipe(self, name: str) -> None:
        """Overwrite a claimed file and remove it."""
        self._rename(self._lying(name), TAKEN + name)
        os.fsync(self.descriptor)
        self._wipe(TAKEN + name)

    def unfinished(self) -> bool:
        """Whether a killed process left something to wipe."""
        return any(self._taken())

    def finish(self) -> None:
        """Wipe what a killed process had taken in and not yet wiped."""
        for name in self._taken():
            self._wipe(name)

    def _taken(self) -> Iterator[str]:
        """Only plain files were taken in: what else bears such a name was put there by somebody."""
        for name in os.listdir(self.descriptor):
            with contextlib.suppress(FileNotFoundError):
                if name.startswith(TAKEN) and stat.S_ISREG(os.lstat(name, dir_fd=self.descriptor).st_mode):
                    yield name

    def refuse(self, name: str, told: str) -> None:
        """Put a file aside into `refused/`, and beside it what is wrong with it."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(REFUSED, 0o755, dir_fd=self.descriptor)
        with opened(REFUSED, self.descriptor) as aside:
            free = _free(aside, name)
            descriptor = os.open(f"{free}.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=aside)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(told)
                file.flush()
                os.fsync(file.fileno())
            os.rename(self._lying(name), free, src_dir_fd=self.descriptor, dst_dir_fd=aside)
            os.fsync(aside)
        os.fsync(self.descriptor)

    def _lying(self, name: str) -> str:
        """The name under which it lies: the claimed one is older and comes first."""
        for claimed in (TAKING + name, AGAIN + name):
            with contextlib.suppress(OSError):
                os.stat(claimed, dir_fd=self.descriptor, follow_symlinks=False)
                return claimed
        return name

    def _rename(self, old: str, new: str) -> None:
        os.rename(old, new, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def _wipe(self, name: str) -> None:
        descriptor = self._writable(name)
        if descriptor is not None:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                left = os.fstat(descriptor).st_size if _is_plain(descriptor) else 0
                while left > 0:
                    left -= file.write(bytes(min(_CHUNK, left))) or 0
                os.fsync(descriptor)
        os.unlink(name, dir_fd=self.descriptor)
        os.fsync(self.descriptor)

    def _writable(self, name: str) -> int | None:
        """Open it for writing; None where it is somebody else's, or no plain file any more: then it is only removed."""
        try:
            return os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self.descriptor)
        except OSError:
            return None


def _is_plain(descriptor: int) -> bool:
    found = os.fstat(descriptor)
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def folders(root: Path) -> Iterator[Folder]:
    """Yield every `<dataset>/<mode>` below `root`, open while it is looked at. Raises OSError where no root is."""
    with opened(root) as inbox:
        for dataset in _names(inbox):
            with contextlib.suppress(NotADirectoryError, FileNotFoundError), opened(dataset, inbox) as modes:
                yield from _modes(dataset, modes)


def _modes(dataset: str, folder: int) -> Iterator[Folder]:
    """A whole register first, then what adds, changes and removes."""
    for mode in sorted(_names(folder), key=lambda name: (name not in _ORDER, name in _ORDER and _ORDER.index(name))):
        with contextlib.ExitStack() as stack:
            try:
                descriptor = stack.enter_context(opened(mode, folder))
            except (NotADirectoryError, FileNotFoundError):
                continue
            yield Folder(dataset, mode, descriptor)


def _names(folder: int) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


@contextlib.contextmanager
def opened(name: str | Path, within: int | None = None) -> Iterator[int]:
    """Give the descriptor of a folder. Raises NotADirectoryError for a link, too."""
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _free(folder: int, name: str) -> str:
    """A printable name that neither a file nor its reason has yet."""
    shown = "".join("_" if unicodedata.category(one) in _UNPRINTABLE else one for one in name)
    shown = os.fsencode(shown)[:_LONGEST_NAME].decode("utf-8", "ignore")
    there, number, free = set(os.listdir(folder)), 1, shown
    while free in there or f"{free}.txt" in there:
        number += 1
        free = f"{shown}.{number}"
    return free
