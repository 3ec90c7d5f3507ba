"""
One run of the benchmark: an installation of its own is made, fed, scanned and asked, and every figure written down.

Nothing is measured in this process: each part is a child (`talking`), so that the generator's work is nobody's figure.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from shudao.contexts.pool.management.bench import lookups, meters, room, upserts
from shudao.contexts.pool.management.bench.meters import say
from shudao.contexts.pool.management.bench.planted import Truth, agree
from shudao.contexts.pool.management.bench.social_insurance import DATASET, MONTHS, SocialInsurance
from shudao.contexts.pool.management.bench.talking import Child, Told

_READ_AHEAD = 8 << 30  # files up to this size are read once before they are scanned


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What to measure.

    Args:
        rows: A multiple of ten.
        batches: In how many deliveries they come, 1 to 10: one full register, or months appended.
        seed: Of the generator.
        peer: "" or "postgres".
        folder: Where the scratch folder is made; None for the machine's.
        keep: Whether it stays.
        seconds: How long each kind of look-up is asked.
    """

    rows: int
    batches: int = 1
    seed: int = 1
    peer: str = ""
    folder: Path | None = None
    keep: bool = False
    seconds: float = 5.0


@dataclass(slots=True)
class Run:
    """A run under way: where it happens, and what was found so far."""

    wanted: Wanted
    scratch: Path
    source: SocialInsurance
    truth: Truth
    figures: Told = field(default_factory=dict)
    wall: Told = field(default_factory=dict)
    detail: Told = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The measured installation's folder."""
        return self.scratch / "home"

    def note(self, text: str) -> None:
        """Say something loudly and keep it with the figures."""
        say(f"NOTE: {text}")
        self.notes.append(text)

    def took(self, name: str, told: Told) -> None:
        """Write down processor and wall seconds of one part."""
        self.figures[f"{name}_cpu_s"] = round(told["cpu"], 3)
        self.wall[f"{name}_s"] = round(told["wall"], 3)


@contextmanager
def started(wanted: Wanted) -> Iterator[Run]:
    """Make the scratch folder, and remove it afterwards unless it is to be kept."""
    scratch = Path(tempfile.mkdtemp(prefix="shudao-bench-", dir=wanted.folder))
    (scratch / "home").mkdir()
    source = SocialInsurance(wanted.rows, wanted.seed)
    try:
        yield Run(wanted, scratch, source, source.truth())
    finally:
        if wanted.keep:
            say(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)


def measure(wanted: Wanted) -> dict[str, Any]:
    """
    Run everything.

    Returns:
        `machine`, `rows`, `seed`, `batches`, `figures` (see README.md), `wall`, `detail`, `notes`, `peers`.

    Raises:
        Differs: verdicts or counts are not the generator's.
        ChildFailed: a part broke off.
        CommandError: the disk has not the room.
    """
    room.require(wanted.folder or Path(tempfile.gettempdir()), wanted.rows, wanted.batches, wanted.peer)
    with started(wanted) as run:
        # Each part ends before the next begins: nobody's map keeps a file in memory that another finds cold.
        with Child("taking", run.home) as taker:
            say("making an installation: one province, its departments, one dataset")
            taker.ask("setup", contract=DATASET)
            modes = taker.ask("modes")["modes"]
            delivered = _take_in(run, taker, modes)
            if len(run.detail["batches"]) > 1:
                _compact(run, taker)
            kept = taker.ask("kept", dataset=DATASET)
        _weigh(run, Path(kept["pool"]))
        _scan(run, kept["files"], delivered)
        lookups.measure(run, kept)
        upserts.measure(run, kept, modes)
        return {
            "benchmark": "pool_bench",
            "machine": meters.machine(),
            "rows": wanted.rows,
            "kept_rows": run.truth.rows - run.truth.bad,
            "seed": wanted.seed,
            "batches": len(run.detail["batches"]),
            "figures": run.figures,
            "wall": run.wall,
            "detail": run.detail,
            "notes": run.notes,
            "peers": _peers(run),
        }


def _take_in(run: Run, taker: Child, modes: list[str]) -> Path:
    """Deliver everything; return the last delivery's file, the only one that stays."""
    batches = run.wanted.batches
    if batches > 1 and "append" not in modes:
        run.note("the pool has no append yet: the whole register comes as one delivery")
        batches = 1
    run.detail["batches"] = []
    file = run.scratch / "none"
    for number, months in enumerate(np.array_split(np.arange(1, MONTHS + 1), batches), start=1):
        file.unlink(missing_ok=True)
        file = run.scratch / f"delivery-{number:02d}.parquet"
        say(f"delivery {number} of {batches}: generating {run.wanted.rows * len(months) // MONTHS:,} rows")
        truth = run.source.write(file, months.tolist())
        say(f"delivery {number} of {batches}: taking in {file.stat().st_size / 1e6:,.0f} MB")
        mode = "full" if number == 1 else "append"
        told = taker.ask("ingest", dataset=DATASET, file=str(file), mode=mode, key=f"delivery-{number}")
        agree("verdicts", told["reasons"], truth.broken)
        agree("rows", (told["rows"], told["quarantined"]), (truth.rows, truth.bad))
        told["rows_per_cpu_s"] = round(truth.rows / told["cpu"])
        run.detail["batches"].append(
            {name: told[name] for name in ("rows", "cpu", "wall", "rows_per_cpu_s", "peak_mb")}
        )
        say(f"delivery {number} of {batches}: {told['rows_per_cpu_s']:,} rows per CPU second, {told['wall']:.1f} s")
    parts = run.detail["batches"]
    cpu = sum(one["cpu"] for one in parts)
    run.figures |= {"rows_per_cpu_s": round(run.wanted.rows / cpu), "ingest_cpu_s": round(cpu, 2)}
    run.wall["ingest_s"] = round(sum(one["wall"] for one in parts), 2)
    run.figures["peak_mb"] = round(max(one["peak_mb"] for one in parts), 1)
    run.detail["source_bytes_per_row"] = round(file.stat().st_size / truth.rows, 2)
    return file


def _compact(run: Run, taker: Child) -> None:
    """Merge the months, as the pool does in the background when there are many."""
    say("merging what was appended")
    told = taker.ask("compact", dataset=DATASET)
    run.took("compact", told)
    run.figures["peak_mb"] = max(run.figures["peak_mb"], round(told["peak_mb"], 1))
    run.detail |= {name: told[name] for name in ("bytes_before", "bytes_after")}
    say(
        f"merged in {told['cpu']:.0f} CPU s: {told['bytes_before'] / 1e9:.2f} GB became {told['bytes_after'] / 1e9:.2f}"
    )


def _weigh(run: Run, pool: Path) -> None:
    kept = run.truth.rows - run.truth.bad
    parts = {part.name: meters.on_disk(part) / kept for part in sorted(pool.iterdir()) if part.name != "locks"}
    run.figures["bytes_per_row"] = round(sum(parts.values()), 2)
    run.detail["bytes_per_row"] = {name: round(size, 2) for name, size in parts.items()}
    say(f"{run.figures['bytes_per_row']} bytes a row: {run.detail['bytes_per_row']}")


def _scan(run: Run, files: list[str], delivered: Path) -> None:
    kept = run.truth.rows - run.truth.bad
    with Child("scanning", run.home) as scanner:
        if sum(Path(file).stat().st_size for file in files) < _READ_AHEAD:
            scanner.ask("warm", files=files)
        say("the ten rules over the kept files")
        rules = scanner.ask("rules", dataset=DATASET, files=files, kept=True)
        agree("kept rows", (rules["rows"], rules["broken"]), (kept, {}))
        unique = scanner.ask("unique", dataset=DATASET, files=files, kept=True)
        agree("repeated keys", unique["repeated"], 0)
        run.took("unique", unique)
        run.took("profile", {part: rules[part] + unique[part] for part in ("cpu", "wall")})
        _scan_delivery(run, scanner, delivered)
        say("joining with another dataset about the same people")
        (run.scratch / "other").mkdir()
        others = scanner.ask("invent", files=files, folder=str(run.scratch / "other"))
        joined = scanner.ask("join", files=files, others=others["files"])
        agree("joined rows", joined["rows"], kept)
        run.took("join", joined)
        run.detail["joined_with"] = others["rows"]
        shutil.rmtree(run.scratch / "other")


def _scan_delivery(run: Run, scanner: Child, delivered: Path) -> None:
    """The ten rules over plain rows, as the peers have them: of the last delivery, where there were several."""
    say("the ten rules over the plain delivery")
    scanner.ask("warm", files=[str(delivered)])
    rules = scanner.ask("rules", dataset=DATASET, files=[str(delivered)], kept=False)
    unique = scanner.ask("unique", dataset=DATASET, files=[str(delivered)], kept=False)
    last = len(run.detail["batches"])
    months = np.array_split(np.arange(1, MONTHS + 1), last)[-1].tolist()
    broken = dict(rules["broken"]) | ({"key.unique": unique["repeated"]} if unique["repeated"] else {})
    agree("verdicts over the delivery", broken, run.source.truth(months).broken)
    run.took("delivery_profile", {part: rules[part] + unique[part] for part in ("cpu", "wall")})
    run.detail["delivery_rows"] = rules["rows"]


def _peers(run: Run) -> dict[str, Any]:
    if run.wanted.peer != "postgres":
        return {}
    from shudao.contexts.pool.management.bench import postgres

    return {"postgres": postgres.measure(run)}
