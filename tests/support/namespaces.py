"""Network namespaces of this machine: hosts with wires between them that can be cut."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CLONE_NEWNET = 0x40000000


def permitted() -> str:
    """Return why there can be none here, "" where there can."""
    if shutil.which("ip") is None:
        return "no `ip`: install iproute2"
    name = f"shudao-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if tried.returncode:
        return f"`ip netns add` is not permitted here: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return ""


class Hosts:
    """A control host and hosts that have a wire to it each: 10.77.<number>.1 there, 10.77.<number>.2 here."""

    def __init__(self, names: list[str]) -> None:
        self._mark = f"sh{os.getpid() % 100_000}"
        self.control = f"{self._mark}c"
        self.names = {name: f"{self._mark}{number}" for number, name in enumerate(names)}
        for place in (self.control, *self.names.values()):
            _ip("netns", "add", place)
            _ip("-n", place, "link", "set", "lo", "up")
        for number, place in enumerate(self.names.values()):
            far, near = f"{place}f", f"{place}n"
            _ip("link", "add", far, "netns", self.control, "type", "veth", "peer", "name", near, "netns", place)
            _ip("-n", self.control, "address", "add", f"10.77.{number}.1/24", "dev", far)
            _ip("-n", place, "address", "add", f"10.77.{number}.2/24", "dev", near)
            _ip("-n", self.control, "link", "set", far, "up")
            _ip("-n", place, "link", "set", near, "up")

    def control_as_seen_by(self, name: str) -> str:
        """Return the control host's address on that host's wire."""
        return f"10.77.{list(self.names).index(name)}.1"

    def wire(self, name: str, state: str) -> None:
        """Cut ("down") or mend ("up") a host's wire, at the control host's end."""
        place = self.names[name]
        _ip("-n", self.control, "link", "set", f"{place}f", state)

    def command(self, place: str, command: list[str]) -> list[str]:
        """Return what runs a command on the host."""
        return ["ip", "netns", "exec", place, *command]

    def remove(self) -> None:
        """Remove all; their processes have ended."""
        for place in (self.control, *self.names.values()):
            subprocess.run(["ip", "netns", "delete", place], check=False)


def on(place: str, act: Callable[[], Any]) -> Any:
    """Return what `act` does on the host: a thread of its own goes there, with all sockets that it opens."""
    found: list[Any] = []

    def run() -> None:
        try:
            with Path(f"/run/netns/{place}").open("rb") as there:
                if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            found.append(act())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
