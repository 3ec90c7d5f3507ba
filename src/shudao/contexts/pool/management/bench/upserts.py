"""How long it takes until a hundredth of the rows, delivered anew, are what look-ups and scans show."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from shudao.contexts.pool.management.bench.meters import say
from shudao.contexts.pool.management.bench.planted import agree
from shudao.contexts.pool.management.bench.social_insurance import DATASET
from shudao.contexts.pool.management.bench.talking import Child, Told

if TYPE_CHECKING:
    from shudao.contexts.pool.management.bench.running import Run

_LOOKED_AT = 200
_PATIENCE = 30.0  # seconds


def measure(run: Run, kept: Told, modes: list[str]) -> None:
    """Write down `upsert_visible_s`; None, loudly, where the pool cannot take upserts."""
    if "upsert" not in modes:
        run.figures["upsert_visible_s"] = None
        run.note("the pool has no upsert: upsert_visible_s is not measured")
        return
    file = run.scratch / "changes.parquet"
    run.detail["upsert_rows"] = run.source.write_changes(file)
    say(f"putting {run.detail['upsert_rows']:,} rows in others' place")
    with Child("taking", run.home) as taker, Child("asking", run.home) as asker, Child("scanning", run.home) as scanner:
        _visible(run, kept, file, (taker, asker, scanner))
    file.unlink()


def _visible(run: Run, kept: Told, file: Path, parts: tuple[Child, Child, Child]) -> None:
    """The look-up is another process's, which had the index open before; so is the scan."""
    taker, asker, scanner = parts
    changed = run.source.changes(_LOOKED_AT)
    people = run.scratch / "changed.txt"
    people.write_text("\n".join(person for person, _, _ in changed), "ascii")
    asker.ask("prepare", index=kept["index"], keys=kept["keys"], identifiers=str(people), seed=0)
    subjects = asker.ask("subjects", keys=kept["keys"], identifiers=[person for person, _, _ in changed])["subjects"]
    wanted = [(subject, month, base) for subject, (_, month, base) in zip(subjects, changed, strict=True)]
    taker.ask("modes")
    started = time.monotonic()
    told = taker.ask("ingest", dataset=DATASET, file=str(file), mode="upsert", key="changes")
    looked = asker.ask("shows", wanted=wanted, patience=_PATIENCE)
    seen = time.monotonic() - started
    scanned = scanner.ask("shows", wanted=wanted, **taker.ask("kept", dataset=DATASET)["live"])
    run.figures["upsert_visible_s"] = round(time.monotonic() - started, 3)
    agree("rows delivered anew", (told["good"], told["quarantined"]), (run.detail["upsert_rows"], 0))
    agree("shown by look-ups", looked["shown"], len(wanted))
    agree("shown by a scan", scanned["shown"], len(wanted))
    run.figures["upsert_cpu_s"] = round(told["cpu"], 3)
    run.wall["upsert_lookup_s"], run.wall["upsert_scan_s"] = round(seen, 3), round(scanned["wall"], 3)
    run.detail["rows_after_upsert"] = scanned["rows"]
