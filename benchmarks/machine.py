"""What a figure was measured on, and how figures are printed: one line of JSON."""

from __future__ import annotations

import json
import os
import platform
from typing import Any


def machine() -> dict[str, Any]:
    """Processors, memory, kernel and Python of this machine."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next(
            (line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine()
        )
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1024**2
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": memory, "python": platform.python_version()}


def report(what: str, figures: dict[str, Any]) -> None:
    """Print the figures of one measurement."""
    print(json.dumps({"what": what, **figures, "machine": machine()}, ensure_ascii=False))


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile and largest, in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {"count": len(ordered), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1)}
