"""What a figure was measured on, and how: processor time of threads and children, peak memory, bytes on disk."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

_BLOCK = 512  # what st_blocks counts in, whatever the file system


def machine() -> dict[str, object]:
    """Processors, memory, and what the measured system runs on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    memory = int(Path("/proc/meminfo").read_text("utf-8").split()[1]) // 1024**2
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "pyarrow", "lmdb", "numpy")},
    }


def cpu() -> float:
    """Seconds of processor time that this process, its threads and its ended children have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@dataclass(slots=True)
class Meter:
    """Measures a `with` block: `cpu` and `wall` in seconds."""

    cpu: float = 0.0
    wall: float = 0.0
    _from: tuple[float, float] = field(default=(0.0, 0.0))

    def __enter__(self) -> Meter:
        self._from = cpu(), time.monotonic()
        return self

    def __exit__(self, *exc: object) -> None:
        self.cpu, self.wall = cpu() - self._from[0], time.monotonic() - self._from[1]


def peak_mb() -> float:
    """The most memory (MiB) that this process has held at once."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def on_disk(folder: Path) -> int:
    """Bytes that the files below `folder` take up: blocks, since a database's file may have holes."""
    return sum(file.stat().st_blocks * _BLOCK for file in folder.rglob("*") if file.is_file())


def server_cpu(process: int) -> float:
    """Seconds of processor time of a process and all its children, ended ones included once it has reaped them."""
    ticks = sum(_ticks(one, ended=one == process) for one in [process, *_children(process)])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int, *, ended: bool) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(int(used) for used in fields[11 : 15 if ended else 13])


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]


def say(text: str) -> None:
    """Tell people how far it is."""
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {text}", file=sys.stderr, flush=True)
