"""`shudao identity load-departments`: generate the bodies of every division."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shudao.foundation.identity import api


class Command(BaseCommand):
    help = "Generate the departments, township governments and village committees of the divisions that are loaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("load-departments", help="again gives the same outcome")

    def handle(self, *_args: Any, **_options: Any) -> None:
        number = api.load_departments(told=self._progress)
        self.stdout.write("")
        self.stdout.write(f"departments {number:,}")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\rdepartments {done:,} / {total:,}", ending="")
        self.stdout.flush()
