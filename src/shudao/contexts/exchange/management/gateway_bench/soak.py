"""The gateway under load for long: do memory and descriptors of its processes stay what they are?"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from shudao.contexts.exchange.management.gateway_bench import calls, meters, place
from shudao.contexts.exchange.management.gateway_bench.running import Callers, Wanted

_CALLS = 20_000  # signed at a time
_SETTLING = 0.25  # of the whole time, before growth counts
_MOST_MB = 0.02  # of its memory, or of a hundred MiB where it has less, a process may grow while it is watched


def watch(made: place.Place, callers: Callers, served: place.Served, wanted: Wanted) -> dict[str, Any]:
    """Call for `wanted.soak` minutes; return samples by process, their lines' slopes, and whether all are flat."""
    began, seen, answered = time.monotonic(), list[tuple[float, dict[str, tuple[float, int]]]](), 0
    while (passed := time.monotonic() - began) < wanted.soak * 60:
        made.confirm()
        session = calls.session(served.port, made.signer())
        callers.do("sign", session, wanted.rows, _CALLS, answered + 5)
        answered += callers.do("closed", served.port, wanted.seconds).calls
        seen.append((passed, _sample(served.process.pid)))
        meters.say(f"{passed / 60:.1f} minutes, {answered:,} calls")
    lines = {name: line(name, seen, wanted.soak * 60) for name in seen[-1][1]}
    return {
        "benchmark": "exchange_bench_soak",
        "minutes": wanted.soak,
        "calls": answered,
        "flat": all(each["flat"] for each in lines.values()),
        "processes": lines,
        "machine": meters.machine(),
    }


def _sample(process: int) -> dict[str, tuple[float, int]]:
    return {f"{each}": (round(meters.memory_mb(each), 2), meters.descriptors(each)) for each in meters.family(process)}


def line(name: str, seen: list[tuple[float, dict[str, tuple[float, int]]]], seconds: float) -> dict[str, Any]:
    """Fit a line through what was seen once it had settled; a process that was started anew later is not flat."""
    samples = [(at, *found[name]) for at, found in seen if name in found]
    settled = [sample for sample in samples if sample[0] >= seconds * _SETTLING]
    told: dict[str, Any] = {"samples": samples, "flat": False}
    if len(settled) > 2:
        at, memory, files = (np.array(column, float) for column in zip(*settled, strict=True))
        grown, opened = (float(np.polyfit(at, values, 1)[0] * (at[-1] - at[0])) for values in (memory, files))
        told |= {"grown_mb": round(grown, 2), "opened": round(opened, 2)}
        told["flat"] = grown < _MOST_MB * max(float(memory.mean()), 100.0) and opened < 1 and len(samples) == len(seen)
    return told
