"""`shudao matters export --format cpsv-ap-turtle|cpsv-ap-jsonld|national OUT`: the catalogue for others."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shudao.contexts.matters import api

ABOUT = "Write the catalogue: CPSV-AP 3.2.0, or an archive of the national exchange's tables (CSV, XLSX, JSON)"


def add_arguments(parser: ArgumentParser) -> None:
    """Take the form and the file."""
    parser.add_argument("out", type=Path, help="The file to write; one that is there is replaced")
    parser.add_argument("--format", required=True, choices=api.EXPORT_FORMATS)
    parser.add_argument("--division", default=None, help="What is carried out inside this division (12 digits)")
    parser.add_argument("--json", action="store_true", help="One JSON object")


def run(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    """Write it."""
    out: Path = options["out"]
    count = api.export(options["format"], out, division=options["division"])
    told = {"format": options["format"], "matters": count, "bytes": out.stat().st_size}
    say(json.dumps(told) if options["json"] else f"{out}: {count} matters, {told['bytes']} bytes")
