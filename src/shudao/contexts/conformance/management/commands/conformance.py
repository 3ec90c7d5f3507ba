"""`shudao conformance …`: hold implementations against their standard; each act stands in a module of its own."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from shudao.contexts.conformance.management import check, duplicates

# Each act takes the command's options and returns its figures, told as one line, or as one JSON object with --json.
ACTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"check": check.run, "duplicates": duplicates.run}


class Command(BaseCommand):
    help = "Hold every implementation against its standard (check); find matters that are listed twice (duplicates)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=sorted(ACTS))
        parser.add_argument("--list", help="duplicates: a CSV list of matters instead of the province")
        parser.add_argument("--most", type=int, default=20, help="duplicates: how many pairs to tell")
        parser.add_argument("--json", action="store_true", help="Print one JSON object last")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = ACTS[options["act"]](options)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in figures.items()))
