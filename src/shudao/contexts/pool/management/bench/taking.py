"""The part that takes deliveries in, through the pool's own door, in an installation with one province and one body."""

from __future__ import annotations

import inspect
import json
import os
import sys
import tempfile
from pathlib import Path

import django

from shudao.contexts.pool.management.bench import meters, talking
from shudao.contexts.pool.management.bench.talking import Told

_PROVINCE = "510000000000"


def setup(contract: str) -> Told:
    """Make the database, the province, its departments and the dataset."""
    from django.core.management import call_command

    from shudao.contexts.pool import api
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.kernel.time import now

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        call_command("regions", "load", str(_province(Path(folder))), stdout=sys.stderr)
    call_command("identity", "load-departments", stdout=sys.stderr)
    api.create(contract=contract, acting=SYSTEM, now=now(), key="create")
    return {}


def _province(folder: Path) -> Path:
    head = "code,name,name_en,level,parent,counted"
    (folder / "divisions.csv").write_text(f"{head}\n{_PROVINCE},四川省,Sichuan,1,,1\n", "utf-8")
    (folder / "villages.csv").write_text("code,name,name_en\n", "utf-8")
    (folder / "prefectures.csv").write_text("code,zone,population\n", "utf-8")
    counts = {"1": 1, "2": 0, "3": 0, "4": 0, "5": 0}
    manifest = {"format": "shudao-divisions/1", "province": _PROVINCE, "edition": "one province", "counts": counts}
    manifest |= {"uncounted": 0, "population": None, "zones": [], "boundaries": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def modes() -> Told:
    """Which ways of delivering the pool knows."""
    from shudao.contexts.pool import api
    from shudao.contexts.pool.contracts.deliveries import Mode

    known = [str(mode) for mode in Mode] if "mode" in inspect.signature(api.ingest).parameters else [str(Mode.FULL)]
    return {"modes": known}


def ingest(dataset: str, file: str, mode: str, key: str) -> Told:
    """Take one delivery in; return what became of it."""
    from shudao.contexts.pool import api
    from shudao.contexts.pool.contracts.deliveries import Mode
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.kernel.time import now

    rest = {} if mode == Mode.FULL else {"mode": Mode(mode)}
    batch = api.ingest(dataset=dataset, source=Path(file), acting=SYSTEM, now=now(), key=key, **rest)
    return {
        "rows": batch.rows,
        "good": batch.good,
        "quarantined": batch.quarantined,
        "reasons": dict(batch.reasons),
        "snapshot": batch.snapshot,
    }


def compact(dataset: str) -> Told:
    """Merge what was appended, and let the snapshots before go; return the bytes of the pool before and after."""
    from django.conf import settings

    from shudao.contexts.pool.services import cleaning_up, compacting, retaining
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.kernel.time import now

    root = Path(settings.POOL_ROOT)
    before = meters.on_disk(root)
    number = compacting.compact(dataset, acting=SYSTEM, now=now())
    for older in range(1, number):
        retaining.drop(dataset, older, acting=SYSTEM, now=now())
    cleaning_up.tidy_all()
    return {"bytes_before": before, "bytes_after": meters.on_disk(root)}


def kept(dataset: str) -> Told:
    """Return the current snapshot's files, the SQL of its live rows, and the folders that it lies in."""
    from django.conf import settings

    from shudao.contexts.pool import api
    from shudao.contexts.pool.adapters import live
    from shudao.contexts.pool.queries import manifest

    snapshot = manifest.current(manifest.dataset(dataset))
    assert snapshot is not None  # noqa: S101 - something was delivered
    relation, parameters = live.of(snapshot).relation()
    number = next(row.number for row in api.snapshots(dataset) if row.current)
    # A merged file stands there once for every delivery whose rows are in it.
    lines = api.lineage(dataset, limit=20_000)
    rows = {row.file: row.rows for row in lines if row.kind == "data" and number in row.snapshots}
    root = Path(settings.POOL_ROOT)
    return {
        "files": sorted(str(root / file) for file in rows),
        "rows": sum(rows.values()),
        "live": {"relation": relation, "parameters": parameters},
        "index": str(api.index_path(dataset)),
        "pool": str(root),
        "keys": str(settings.KEYS_ROOT),
    }


def door(dataset: str, identifiers: list[str]) -> Told:
    """Look some people up by the pool's door; return how many rows were found."""
    from shudao.contexts.pool import api

    found = [api.lookup(dataset, identifier) for identifier in identifiers]
    return {"rows": [[dict(row) for row in one.rows] if one else [] for one in found]}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    django.setup()
    talking.serve({"setup": setup, "modes": modes, "ingest": ingest, "compact": compact, "kept": kept, "door": door})
