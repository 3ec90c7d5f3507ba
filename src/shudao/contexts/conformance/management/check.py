"""`shudao conformance check`: the whole province."""

from __future__ import annotations

import resource
import time
from typing import Any

from shudao.contexts.conformance import api
from shudao.kernel.time import now


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Check, and tell what was seen, how long it took (and what of it this process worked), and memory at most."""
    began, worked = time.monotonic(), time.process_time()
    checked = api.check(now=now())
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "implementations": checked.implementations,
        "findings": checked.findings,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
        "peak_mb": round(peak),
        "opened": checked.opened,
        "closed": checked.closed,
        "silent_bodies": checked.silent,
        "by_rule": dict(checked.by_rule),
    }
