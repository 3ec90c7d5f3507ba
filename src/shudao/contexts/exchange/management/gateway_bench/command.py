"""`shudao exchange bench`: the action's words and what it prints."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.gateway_bench import running

ABOUT = "Measure the gateway with generated people, in an installation of its own"


def _rows(text: str) -> int:
    rows = int(text.replace("_", "").replace(",", ""))
    if not 1000 <= rows <= 2_000_000_000:
        raise ArgumentTypeError("1000 to 2,000,000,000")
    return rows


def words(parser: ArgumentParser) -> None:
    """Take what the action needs."""
    parser.add_argument("--rows", type=_rows, default=1_000_000, help="People in the index, a record each")
    parser.add_argument("--workers", type=int, choices=[1, 2], default=1, help="Processes that answer")
    parser.add_argument("--seconds", type=float, default=8.0, help="How long each load lasts")
    parser.add_argument("--peer", action="store_true", help="Do the same with FastAPI, asyncpg and PostgreSQL")
    parser.add_argument(
        "--soak", type=float, default=0.0, metavar="MINUTES", help="Watch memory and descriptors instead"
    )
    parser.add_argument(
        "--folder", type=Path, help="Where the index is made and found again; a temporary one if absent"
    )
    parser.add_argument("--json", action="store_true", help="Print one JSON object")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    """Measure; say one JSON object, or a line for each figure."""
    wanted = running.Wanted(
        **{name: options[name] for name in ("rows", "workers", "seconds", "peer", "soak", "folder")}
    )
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was started ends
    try:
        found = running.measure(wanted)
    finally:
        signal.signal(signal.SIGTERM, before)
    lines = "\n".join(f"{name}: {value}" for name, value in found.items())
    say(json.dumps(found, ensure_ascii=False) if options["json"] else lines)
