"""A gateway on another host than the control plane fetches the grant snapshot and its heartbeat into its folder."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from shudao.kernel.folders import write_whole
from shudao.plane import snapshot
from shudao.plane.snapshot import ALIVE, FILE, SnapshotRefused, Verifiers

EVERY = 1.0  # seconds
_PATIENCE = 3.0  # seconds for an answer
_MOST = 64 << 20  # bytes of a snapshot


class Fetcher:
    """
    Follows what `handing` serves at `url`; `fetch` asks once.

    What does not verify, or is older than what lies here, is left where it is, as where nothing is answered: the
    gateway goes on with what it has, and that grows stale.
    """

    def __init__(self, url: str, folder: Path, verifiers: Callable[[], Verifiers]) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the control plane's address begins with http:// or https://")
        self._url, self._folder, self._verifiers = url.rstrip("/"), Path(folder), verifiers
        self._tags: dict[str, str] = {}
        # No proxy that the environment names: the control plane is a neighbour.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.problem = ""

    def fetch(self) -> bool:
        """Take what is new; return whether there was anything. A problem is told in `problem`, "" when it is over."""
        try:
            new = [self._take(name, check) for name, check in ((FILE, self._snapshot), (ALIVE, self._alive))]
        except (SnapshotRefused, OSError) as error:
            self.problem = str(error)
            return False
        self.problem = ""
        return any(new)

    def follow(self, stopping: threading.Event, tell: Callable[[str], None]) -> None:
        """Fetch every second until told to stop; tell each new problem once."""
        told = ""
        while not stopping.is_set():
            self.fetch()
            if self.problem != told:
                tell(self.problem or "the control plane is reached again")
                told = self.problem
            stopping.wait(EVERY)

    def _take(self, name: str, check: Callable[[bytes], None]) -> bool:
        asked = urllib.request.Request(f"{self._url}/{name}")  # noqa: S310 - http or https, see above
        if name in self._tags and (self._folder / name).exists():
            asked.add_header("If-None-Match", self._tags[name])
        try:
            with self._opener.open(asked, timeout=_PATIENCE) as answer:
                content, tag = answer.read(_MOST + 1), answer.headers.get("ETag") or ""
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304 or (error.code == 404 and name == ALIVE):
                    return False
                raise
        if len(content) > _MOST:
            raise SnapshotRefused(file=name, why="过大")
        check(content)
        write_whole(self._folder / name, content)
        self._tags[name] = tag
        return True

    def _snapshot(self, content: bytes) -> None:
        fresh, here = snapshot.opened(content, self._verifiers()).version, self._here()
        if fresh < here:
            raise SnapshotRefused(file=FILE, why=f"版本 {fresh} 早于本机的 {here}")

    def _here(self) -> int:
        try:
            return snapshot.read(self._folder, self._verifiers()).version
        except SnapshotRefused:
            return 0  # absent or damaged: anything that verifies is better

    def _alive(self, content: bytes) -> None:
        fresh = snapshot.opened_alive(content, self._verifiers())
        try:
            here = snapshot.read_alive(self._folder, self._verifiers())
        except SnapshotRefused:
            here = None
        if here is not None and (fresh.version, fresh.confirmed) < (here.version, here.confirmed):
            raise SnapshotRefused(file=ALIVE, why="早于本机已有的确认")
