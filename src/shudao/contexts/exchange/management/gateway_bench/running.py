"""One run: the gateway under load, then the bare echo, then the peer, each alone on the machine's own loopback."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.gateway_bench import calls, load, meters, place
from shudao.contexts.exchange.management.gateway_bench.meters import say

_WARM = 3000  # calls before anything counts
_STEPS = 20_000
_SHARE = 0.7
_MORE = 1.6  # times as many calls are signed as the warm-up lets expect
_LOAD = 20_000  # calls a second that no processor of ours answers


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured: people in the index, workers, seconds of each load, the peer too, minutes of soak, where."""

    rows: int
    workers: int = 1
    seconds: float = 8.0
    peer: bool = False
    soak: float = 0.0
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Cores:
    """Which processors serve and which call; the same where there is one only."""

    server: Sequence[int]
    load: Sequence[int]


def cores(workers: int) -> Cores:
    """One processor for the callers where the workers leave one."""
    mine = sorted(os.sched_getaffinity(0))
    return Cores(mine[:workers], mine[workers:]) if len(mine) > workers else Cores(mine, mine)


class Callers:
    """The load's process."""

    def __init__(self, processors: Sequence[int]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=load.serve, args=(other, processors), daemon=True)
        self._process.start()
        other.close()

    def __enter__(self) -> Callers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(20)
        if self._process.is_alive():
            self._process.kill()

    def do(self, *order: object) -> Any:
        """Give an order and return its answer. Raises EOFError where the callers broke off."""
        self._pipe.send(order)
        return self._pipe.recv()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Under full load: what was answered, what it cost."""

    answered: load.Answered
    used: meters.Used

    def figures(self) -> dict[str, Any]:
        """Return them rounded."""
        return {
            "calls": self.answered.calls,
            "calls_per_second": round(self.answered.calls / self.answered.wall),
            "calls_per_cpu_second": round(self.answered.calls / self.used.all),
            "calls_per_worker_cpu_second": round(self.answered.calls / self.used.workers),
            "worker_cpu_us": round(self.used.workers / self.answered.calls * 1e6, 1),
            "beside_cpu_us": round(self.used.beside / self.answered.calls * 1e6, 1),
            "p50_ms": self.answered.at(0.5),
            "p99_ms": self.answered.at(0.99),
        }


def full(callers: Callers, served: place.Served, session: calls.Session, wanted: Wanted) -> Loaded:
    """Call as fast as it answers, once warm."""
    callers.do("sign", session, wanted.rows, _WARM, 1)
    warm = callers.do("closed", served.port, 60.0)
    expected = min(warm.calls / warm.wall * _MORE, _LOAD)
    callers.do("sign", session, wanted.rows, int(expected * wanted.seconds), 2)
    before = served.used()
    answered = callers.do("closed", served.port, wanted.seconds)
    return Loaded(answered, served.used() - before)


def part(callers: Callers, served: place.Served, session: calls.Session, wanted: Wanted, rate: float) -> load.Answered:
    """Call at 70 % of the full rate."""
    callers.do("sign", session, wanted.rows, int(rate * _SHARE * wanted.seconds), 3)
    found: load.Answered = callers.do("open", served.port, wanted.seconds, rate * _SHARE)
    return found


def measure(wanted: Wanted) -> dict[str, Any]:
    """
    Run everything.

    Returns:
        `calls_per_cpu_second`, `calls_per_second`, `p50_ms`, `p99_ms` (full load), `p99_ms_at_70_percent`,
        `echo_ratio`, `peer_ratio` (None without `--peer`), `steps` (microseconds a call); `details`, `machine`.
    """
    with _folder(wanted) as folder:
        made = place.Place(folder)
        made.fill(wanted.rows)
        made.confirm()
        with Callers(cores(wanted.workers).load) as callers:
            return _soaked(made, callers, wanted) if wanted.soak else _measured(made, callers, wanted)


def _soaked(made: place.Place, callers: Callers, wanted: Wanted) -> dict[str, Any]:
    from shudao.contexts.exchange.management.gateway_bench import soak

    with gateway(made, wanted.workers) as served:
        return soak.watch(made, callers, served, wanted)


def _measured(made: place.Place, callers: Callers, wanted: Wanted) -> dict[str, Any]:
    with gateway(made, wanted.workers) as served:
        session = calls.session(served.port, made.signer())
        say("the gateway under full load")
        loaded = full(callers, served, session, wanted)
        found = loaded.figures()
        say(f"{found['calls_per_cpu_second']:,} calls per CPU second; at 70 %")
        some = part(callers, served, session, wanted, loaded.answered.calls / loaded.answered.wall)
    say("step by step")
    steps = _steps(made, session, wanted)
    say("the bare echo")
    echo = _echo(callers, session, wanted, made.folder / "log")
    peer = _peer(made, callers, wanted) if wanted.peer else None
    rate = loaded.answered.calls / loaded.used.all
    return {
        "benchmark": "exchange_bench",
        "rows": wanted.rows,
        "workers": wanted.workers,
        **found,
        "p99_ms_at_70_percent": some.at(0.99),
        "p50_ms_at_70_percent": some.at(0.5),
        "echo_ratio": round(rate / (echo.answered.calls / echo.used.all), 3),
        "peer_ratio": round(rate / peer["calls_per_cpu_second"], 2) if peer else None,
        "steps": steps | {"server": round(found["worker_cpu_us"] - sum(steps.values()), 1)},
        "details": {"echo": echo.figures(), "peer": peer},
        "machine": meters.machine(),
    }


def _peer(made: place.Place, callers: Callers, wanted: Wanted) -> dict[str, Any]:
    from shudao.contexts.exchange.management.gateway_bench.peer import measuring

    say("the peer")
    return measuring.measure(made, callers, wanted)


@contextlib.contextmanager
def gateway(made: place.Place, workers: int) -> Iterator[place.Served]:
    """Run the gateway of `made`."""
    port = place.free_port()
    with place.serving(
        made.command(port, workers), port, made.folder / "log", path="/health", processors=cores(workers).server
    ) as served:
        yield served


def _steps(made: place.Place, session: calls.Session, wanted: Wanted) -> dict[str, float]:
    """Let a process do the gateway's steps one by one: it tells microseconds a call."""
    lines = [json.dumps(calls.apart(one)) for one in calls.made(session, wanted.rows, _STEPS, 4)]
    command = [sys.executable, "-m", "shudao.faces.gateway.steps", *made.folders()]
    done = subprocess.run(command, input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _echo(callers: Callers, session: calls.Session, wanted: Wanted, log: Path) -> Loaded:
    port = place.free_port()
    module = f"{__package__}.echo"
    command = [sys.executable, "-m", module, str(port), str(wanted.workers)]
    with place.serving(command, port, log, path="/", processors=cores(wanted.workers).server) as served:
        return full(callers, served, session, wanted)


@contextlib.contextmanager
def _folder(wanted: Wanted) -> Iterator[Path]:
    if wanted.folder is not None:
        wanted.folder.mkdir(parents=True, exist_ok=True)
        yield wanted.folder.resolve()
        return
    scratch = Path(tempfile.mkdtemp(prefix="shudao-exchange-"))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
