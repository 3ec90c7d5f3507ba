"""Look-ups by two processes: first ones after the index was dropped from memory, then hot, uniform and Zipf."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shudao.contexts.pool.management.bench.meters import say
from shudao.contexts.pool.management.bench.talking import Child, Told

if TYPE_CHECKING:
    from shudao.contexts.pool.management.bench.running import Run

PROCESSES = 2
_PEOPLE = 200_000
_COLD = 1_000


def people(run: Run) -> Path:
    """Write down whom to ask for: some of the people, drawn evenly, a line each. Return the file."""
    count = min(_PEOPLE, run.source.people.count)
    drawn = np.random.Generator(np.random.SFC64([run.wanted.seed, 99])).choice(run.source.people.count, count)
    file = run.scratch / "people.txt"
    file.write_text("\n".join(run.source.resident_ids(drawn.astype(np.uint32))), "ascii")
    return file


def measure(run: Run, kept: Told) -> None:
    """Write down look-ups a second, their processor time and their slowest hundredth."""
    asked = people(run)
    with ExitStack() as children:
        askers = [children.enter_context(Child("asking", run.home)) for _ in range(PROCESSES)]
        askers[0].ask("forget", folder=kept["index"])
        for number, asker in enumerate(askers):
            asker.ask("prepare", index=kept["index"], keys=kept["keys"], identifiers=str(asked), seed=number)
        cold = askers[0].ask("first", count=_COLD)
        run.wall |= {f"lookup_cold_{name}": round(cold[name], 4) for name in ("p50_ms", "p99_ms")}
        seconds = run.wanted.seconds
        warmed(askers)
        even = figures(together(askers, seconds=seconds, zipf=False))
        few = figures(together(askers, seconds=seconds, zipf=True))
    run.figures |= even
    run.figures |= {name.replace("lookup", "zipf_lookup", 1): value for name, value in few.items()}
    say(f"{even['lookups_per_s']:,} look-ups a second by {PROCESSES} processes, {even['lookup_cpu_us']} CPU µs each")


def warmed(askers: list[Child]) -> None:
    """Let all ask for everybody once."""
    for asker in askers:
        asker.order("every")
    for asker in askers:
        asker.answer()


def together(askers: list[Child], *, seconds: float, zipf: bool) -> list[Told]:
    """Let all ask at once."""
    for number, asker in enumerate(askers):
        asker.order("ask", seconds=seconds, zipf=zipf, seed=number)
    return [asker.answer() for asker in askers]


def figures(told: list[Told]) -> Told:
    """Return the figures of look-ups made at the same time."""
    lookups = sum(one["lookups"] for one in told)
    return {
        "lookups_per_s": round(sum(one["lookups"] / one["seconds"] for one in told)),
        "lookup_p99_ms": round(max(one["p99_ms"] for one in told), 4),
        "lookup_cpu_us": round(sum(one["used"] for one in told) / lookups * 1e6, 2),
        "lookup_rows": round(sum(one["rows"] for one in told) / lookups, 2),
    }
