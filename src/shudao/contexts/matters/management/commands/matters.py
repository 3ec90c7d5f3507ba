"""`shudao matters load [--divisions 5101,…]`: bring the library of matters to its content."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import ContentRefused
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel import time


class Command(BaseCommand):
    help = "Load the library of matters: laws, forms, basic items and their implementations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["load"])
        parser.add_argument("--divisions", default="", help="Prefixes of division codes, comma-separated; default all")
        parser.add_argument("--folder", default="", help="Content folder; default the room's own")

    def handle(self, *args: Any, **options: Any) -> None:
        divisions = tuple(part for part in options["divisions"].split(",") if part)
        folder = Path(options["folder"]) if options["folder"] else None
        try:
            loaded = api.load(folder=folder, divisions=divisions, acting=SYSTEM, now=time.now())
        except ContentRefused as refused:
            for one in refused.findings:
                self.stderr.write(f"{one.where} [{one.rule}] {one.says}")
            raise CommandError(f"{len(refused.findings)} findings; nothing was written") from None
        self.stdout.write(
            f"{loaded.items} matters, {loaded.forms} forms, "
            f"{loaded.articles} articles of {loaded.documents} documents; "
            f"implementations: {loaded.implementations} ({loaded.new} new, {loaded.changed} changed, "
            f"{loaded.unchanged} unchanged, {loaded.cancelled} cancelled)"
        )
