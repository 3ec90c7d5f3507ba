"""`shudao matters load [--divisions 5101,…] [--overwrite]`: bring the library of matters to its content."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import ContentRefused
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel import time

ABOUT = "Load laws, forms, basic items and their implementations"


def add_arguments(parser: ArgumentParser) -> None:
    """Take where and what to load."""
    parser.add_argument("--divisions", default="", help="Prefixes of division codes, comma-separated; default all")
    parser.add_argument("--folder", default="", help="Content folder; default the room's own")
    parser.add_argument("--overwrite", action="store_true", help="Also over what the office has changed since")


def run(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    """Load, and say what changed."""
    divisions = tuple(part for part in options["divisions"].split(",") if part)
    folder = Path(options["folder"]) if options["folder"] else None
    try:
        loaded = api.load(
            folder=folder, divisions=divisions, overwrite=options["overwrite"], acting=SYSTEM, now=time.now()
        )
    except ContentRefused as refused:
        for one in refused.findings:
            say(f"{one.where} [{one.rule}] {one.says}")
        raise CommandError(f"{len(refused.findings)} findings; nothing was written") from None
    say(
        f"{loaded.items} matters, {loaded.forms} forms, {loaded.articles} articles of {loaded.documents} documents; "
        f"implementations: {loaded.implementations} ({loaded.new} new, {loaded.changed} changed, "
        f"{loaded.unchanged} unchanged, {loaded.cancelled} cancelled)"
    )
    if loaded.kept:
        say(f"left as the office made them, --overwrite to replace: {', '.join(loaded.kept)}")
