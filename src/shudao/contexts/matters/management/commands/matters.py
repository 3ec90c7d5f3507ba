"""`shudao matters load|impact|import|export`: the catalogue from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shudao.contexts.matters.management import exporting, impact, importing, load
from shudao.kernel.errors import ShudaoError

_ACTIONS = {"load": load, "impact": impact, "import": importing, "export": exporting}


class Command(BaseCommand):
    """Run one of the room's actions."""

    help = "Load the library of matters; show what rests on an article; take in lists; write the catalogue for others."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action."""
        actions = parser.add_subparsers(dest="act", required=True)
        for name, action in _ACTIONS.items():
            action.add_arguments(actions.add_parser(name, help=action.ABOUT))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            _ACTIONS[options["act"]].run(options, self.stdout.write)
        except ShudaoError as error:
            raise CommandError(str(error)) from error
