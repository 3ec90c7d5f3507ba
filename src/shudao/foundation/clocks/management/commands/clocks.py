"""`shudao clocks load`: take over the working-day calendar."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shudao.foundation.clocks import api


class Command(BaseCommand):
    help = "load: take over the bundled working-day calendar, or another file of the same columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["load"])
        parser.add_argument("--path", type=Path, help="day,kind,name,name_en,provisional; kind is holiday or makeup")

    def handle(self, *_args: Any, **options: Any) -> None:
        days = api.load_calendar(options["path"])
        self.stdout.write(f"{days} special days")
