"""What a process used, read from /proc, and on what machine."""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds of a server's processes: those that answer, and those beside them."""

    workers: float
    beside: float

    @property
    def all(self) -> float:
        """Both."""
        return self.workers + self.beside

    def __sub__(self, before: Used) -> Used:
        return Used(self.workers - before.workers, self.beside - before.beside)


def family(process: int) -> list[int]:
    """Return a process and all below it."""
    found = [process]
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            found += family(int(child))
    return found


def cpu(process: int) -> float:
    """Return the processor seconds that a process has used with all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def command(process: int) -> str:
    """Return a process's command line."""
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def memory_mb(process: int) -> float:
    """Return how much memory of its own a process holds now (MiB): mapped files, as the index, count for nobody."""
    lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


def descriptors(process: int) -> int:
    """Return how many files and sockets a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def machine() -> dict[str, object]:
    """Processors, memory, and what the measured system runs on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    memory = int(Path("/proc/meminfo").read_text("utf-8").split()[1]) // 1024**2
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "cores_used": len(os.sched_getaffinity(0)),
        "memory_gib": memory,
        "python": platform.python_version(),
        **{name: version(name) for name in ("granian", "lmdb", "cryptography")},
    }


def say(text: str) -> None:
    """Tell people how far it is."""
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {text}", file=sys.stderr, flush=True)
