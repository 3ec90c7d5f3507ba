"""How long it takes until a hundredth of the rows, delivered anew, are what look-ups and scans show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shudao.contexts.pool.management.bench.social_insurance import DATASET
from shudao.contexts.pool.management.bench.talking import Child, Told

if TYPE_CHECKING:
    from shudao.contexts.pool.management.bench.running import Run


def measure(run: Run, kept: Told, modes: list[str]) -> None:
    """Write down `upsert_visible_s`; None, loudly, where the pool cannot take upserts."""
    if "upsert" not in modes:
        run.figures["upsert_visible_s"] = None
        run.note("the pool has no upsert yet: upsert_visible_s is not measured")
        return
    file = run.scratch / "changes.parquet"
    rows = run.source.write_changes(file)
    with Child("taking", run.home) as taker:
        told = taker.ask("ingest", dataset=DATASET, file=str(file), mode="upsert", key="changes")
    run.detail["upsert_rows"] = rows
    run.figures["upsert_visible_s"] = round(told["wall"], 3)
    run.figures["upsert_cpu_s"] = round(told["cpu"], 3)
