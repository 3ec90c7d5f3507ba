"""`shudao regions load [FOLDER]`: load a province's divisions."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shudao.foundation.regions import api
from shudao.foundation.regions.contracts import ExtractBroken


class Command(BaseCommand):
    help = "Load divisions, zones and boundaries. Without FOLDER: the Sichuan extract that comes with the programme."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        load = acts.add_parser("load", help="load a folder; again gives the same outcome")
        load.add_argument("folder", nargs="?", type=Path, default=api.SICHUAN)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            counts = api.load(options["folder"], told=self._progress)
        except ExtractBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write("")
        units = " / ".join(str(counts.units[level]) for level in sorted(counts.units))
        self.stdout.write(f"divisions {units}, not counted {counts.uncounted}, zones {counts.zones}")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\rdivisions {done:,} / {total:,}", ending="")
        self.stdout.flush()
