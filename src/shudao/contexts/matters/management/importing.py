"""`shudao matters import FILE [--preview] [--json]`: take in a list of matters from elsewhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts.imports import ImportSummary
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel import time

ABOUT = "Take in a list of matters: CSV, XLSX or JSON of the national exchange, or a province's own list"


def add_arguments(parser: ArgumentParser) -> None:
    """Take the file."""
    parser.add_argument("file", type=Path, help="The list; cut off, the same file goes on where it stopped")
    parser.add_argument("--preview", action="store_true", help="Judge every row and write nothing")
    parser.add_argument("--json", action="store_true", help="One JSON object")


def run(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    """Take it in, and print what became of its rows."""
    path: Path = options["file"]
    if options["preview"]:
        done, _ = api.preview_list(path, name=path.name)
    else:
        done = api.import_list(path, name=path.name, acting=SYSTEM, now=time.now())
    say(json.dumps(told(done), ensure_ascii=False) if options["json"] else "\n".join(_lines(done)))


def told(done: ImportSummary) -> dict[str, Any]:
    """The counts as plain data."""
    return {
        "import": done.number,
        "rows": done.rows,
        "imported": done.imported,
        "refused": done.refused,
        "matched": done.matched,
        "unmatched": done.unmatched,
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "findings": dict(done.findings),
    }


def _lines(done: ImportSummary) -> list[str]:
    counts = told(done)
    findings = counts.pop("findings")
    return [
        " · ".join(f"{name} {count}" for name, count in counts.items() if count != ""),
        *(f"  {count:>7}  {rule}" for rule, count in findings.items()),
    ]
