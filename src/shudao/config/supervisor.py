"""
The processes of one machine — web, gateway, worker, perhaps a witness — started, watched, restarted, stopped together.

Each child leads its own session (in the terminal's group granian would hear Ctrl-C twice and hang) and dies with this
process, however this process dies.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from shudao.config.settings.registry import home, value
from shudao.plane.ledger.witness import ALARMED

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 15.0
_RESTART_PAUSE = 0.5


@dataclass
class Child:
    """One process: its command, the signal that ends it kindly, and how often it had to be started again."""

    name: str
    command: list[str]
    stop_signal: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    restarts: int = field(default=-1)
    final: int = 0  # a status with which it wants a person: it is not started again
    told: bool = False

    def start(self) -> None:
        """Start, or start again."""
        self.restarts += 1
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603  fixed commands of ours

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    @property
    def gave_up(self) -> bool:
        """Whether it ended because a person has to look."""
        return bool(self.final) and self.process is not None and self.process.poll() == self.final


def children(*, web_workers: int = 1, gateway_workers: int = 1) -> list[Child]:
    """Return the processes of this installation, by its settings."""
    host, port = value("SHUDAO_WEB_ADDRESS").rsplit(":", 1)
    root = home()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port]
    web += ["--workers", str(web_workers), "--blocking-threads", "4", "--backpressure", "32", "--log-level", "warning"]
    web += ["--respawn-failed-workers", "--no-ws", "shudao.config.wsgi:application"]
    gateway = [sys.executable, "-m", "shudao.faces.gateway", "--address", value("SHUDAO_GATEWAY_ADDRESS")]
    for option, folder in (("snapshots", "snapshots"), ("ledger", "ledger"), ("pool", "pool"), ("keys", "keys")):
        gateway += [f"--{option}", str(root / folder)]
    gateway += ["--workers", str(gateway_workers), "--upstream-networks", value("SHUDAO_UPSTREAM_NETWORKS")]
    worker = [sys.executable, "-m", "shudao.config.cli", "worker"]
    found = [
        Child("web", web, signal.SIGINT),
        Child("gateway", gateway, signal.SIGINT),
        Child("worker", worker, signal.SIGTERM),
    ]
    if watching := value("SHUDAO_LEDGER_WITNESS"):
        folder = str(Path(watching).resolve())
        gateway += ["--witness", folder]
        witness = [sys.executable, "-m", "shudao.plane.ledger.witness", "--folder", folder]
        witness += ["--source", str(root / "ledger"), "--ledger-keys", str(root / "keys")]
        found.append(Child("witness", witness, signal.SIGTERM, final=ALARMED))
    return found


def supervise(processes: list[Child], *, stopping: Callable[[], bool], say: Callable[[str], None]) -> None:
    """Keep every process running until `stopping()`; then stop them all, kindly first."""
    for child in processes:
        if not child.alive:
            child.start()
    try:
        while not stopping():
            for child in processes:
                if child.gave_up:
                    _tell_once(child, say)
                elif not child.alive:
                    say(f"{child.name} ended; starting it again")
                    _end_group(child, signal.SIGKILL)
                    time.sleep(_RESTART_PAUSE)
                    child.start()
            time.sleep(0.2)
    finally:
        stop(processes)


def _tell_once(child: Child, say: Callable[[str], None]) -> None:
    if not child.told:
        say(f"{child.name} raised an alarm and waits for a person")
        child.told = True


def stop(processes: list[Child]) -> None:
    """Ask each process once, wait, then end what is left of its group."""
    for child in processes:
        if child.alive and child.process is not None:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + _STOP_SECONDS
    while any(child.alive for child in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in processes:
        _end_group(child, signal.SIGKILL)


def _end_group(child: Child, how: signal.Signals) -> None:
    if child.process is None:
        return
    try:
        os.killpg(child.process.pid, how)
    except ProcessLookupError:
        return
    child.process.wait()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
