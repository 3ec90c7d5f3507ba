"""`shudao ledger bench`: the action's words and what it prints."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.ledger_bench import running

ABOUT = "Measure durable appends, proofs and verification, on a ledger of its own"


def _entries(text: str) -> int:
    entries = int(text.replace("_", "").replace(",", ""))
    if entries < 1000:
        raise ArgumentTypeError("at least 1000")
    return entries


def words(parser: ArgumentParser) -> None:
    """Take what the action needs."""
    parser.add_argument("--entries", type=_entries, default=10_000_000, help="How many are written and verified")
    parser.add_argument("--workers", type=int, default=2, help="Processes that write, and that verify")
    parser.add_argument("--peer", choices=["postgres"], default="", help="Do the same with its rows")
    parser.add_argument("--folder", type=Path, help="Where the scratch folder is made")


def run(options: dict[str, Any]) -> str:
    """Measure; return one JSON object, or a line for each figure."""
    wanted = running.Wanted(**{name: options[name] for name in ("entries", "workers", "peer", "folder")})
    found = running.measure(wanted)
    if options["json"]:
        return json.dumps(found, ensure_ascii=False)
    return "\n".join(f"{name}: {value}" for name, value in found.items())
