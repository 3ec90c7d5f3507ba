"""`shudao exchange sandbox|dcat|bench`: the exchange from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shudao.contexts.exchange.management import dcat, sandbox
from shudao.contexts.exchange.management.gateway_bench import command as bench
from shudao.kernel.errors import ShudaoError

_ACTIONS = {"sandbox": sandbox.run, "dcat": dcat.run, "bench": bench.run}


class Command(BaseCommand):
    """Run one of the exchange's actions."""

    help = (
        "Run a gateway with invented people, for integrators to call; print the catalogue in DCAT-AP 3; "
        "measure how fast the gateway is."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action."""
        actions = parser.add_subparsers(dest="action", required=True)
        sandbox.add_arguments(actions.add_parser("sandbox", help="A gateway with invented people, until Ctrl-C"))
        dcat.add_arguments(actions.add_parser("dcat", help="Print the whole catalogue in DCAT-AP 3"))
        bench.words(actions.add_parser("bench", help=bench.ABOUT))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            _ACTIONS[options["action"]](options, self._say)
        except ShudaoError as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
