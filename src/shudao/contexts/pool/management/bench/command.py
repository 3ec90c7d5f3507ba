"""`shudao pool bench`: the action's words and what it prints."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from shudao.contexts.pool.management.bench import running

ABOUT = "Measure the pool with generated deliveries, in an installation of its own"


def _tens(text: str) -> int:
    rows = int(text.replace("_", "").replace(",", ""))
    if rows < 1000 or rows % 10:
        raise ArgumentTypeError("a multiple of ten, at least 1000")
    return rows


def _batches(text: str) -> int:
    batches = int(text)
    if not 1 <= batches <= 10:
        raise ArgumentTypeError("1 to 10")
    return batches


def words(parser: ArgumentParser) -> None:
    """Take what the action needs."""
    parser.add_argument("--rows", type=_tens, required=True, help="Rows in all; each person has ten")
    parser.add_argument("--batches", type=_batches, default=1, help="1: one full register; 10: months, appended")
    parser.add_argument("--seed", type=int, default=1, help="Of the generated people")
    parser.add_argument("--peer", choices=["postgres"], default="", help="Measure the same with it")
    parser.add_argument("--folder", type=Path, help="Where the scratch folder is made")
    parser.add_argument("--keep", action="store_true", help="Leave the scratch folder")
    parser.add_argument("--seconds", type=float, default=5.0, help="How long each kind of look-up is asked")


def run(options: dict[str, Any]) -> str:
    """Measure; return one JSON object, or a line for each figure."""
    wanted = running.Wanted(
        **{name: options[name] for name in ("rows", "batches", "seed", "peer", "folder", "keep", "seconds")}
    )
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the scratch folder goes
    try:
        found = running.measure(wanted)
    finally:
        signal.signal(signal.SIGTERM, before)
    if options["json"]:
        return json.dumps(found, ensure_ascii=False)
    return "\n".join(_lines("", {part: found[part] for part in ("figures", "wall", "peers", "notes")}))


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, one in value.items() for line in _lines(f"{name}.{key}".strip("."), one)]
    return [f"{name}: {value:,}" if isinstance(value, int | float) else f"{name}: {value}"]
