"""`shudao ledger verify|checkpoint|prove`: the evidence, from the files alone."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shudao.contexts.exchange import api
from shudao.kernel.errors import ShudaoError
from shudao.kernel.time import now


class Command(BaseCommand):
    """Verify, checkpoint or prove."""

    help = "Verify the ledger from its files, sign a checkpoint, or prove that an entry is in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action, and for `prove` the entry."""
        actions = parser.add_subparsers(dest="action", required=True)
        for name, about in (
            ("verify", "Check every entry, receipt and checkpoint; end with status 1 if one does not hold"),
            ("checkpoint", "Sign a checkpoint over what the gateway's workers wrote"),
        ):
            self._with_json(actions.add_parser(name, help=about))
        prove = self._with_json(actions.add_parser("prove", help="Prove that an entry is under the newest checkpoint"))
        prove.add_argument("entry", help="<segment>:<number>, as a call's ledger id")

    def _with_json(self, parser: Any) -> Any:
        parser.add_argument("--json", action="store_true", default=False, help="Print one JSON object")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action."""
        try:
            getattr(self, f"_{options['action']}")(options)
        except ShudaoError as error:
            raise CommandError(str(error)) from error

    def _verify(self, options: dict[str, Any]) -> None:
        report = api.ledger_verify()
        if options["json"]:
            self._print(report)
        else:
            self.stdout.write(f"{report.entries} entries, {report.checkpoints} checkpoints, root {report.root}")
            for sentence in (*report.problems, *report.notes):
                self.stdout.write(f"  · {sentence}")
        if not report.ok:
            raise CommandError("the ledger is not what was written")
        if not options["json"]:
            self.stdout.write("every entry, receipt and checkpoint holds")

    def _checkpoint(self, options: dict[str, Any]) -> None:
        root = api.ledger_checkpoint(now=now())
        if options["json"]:
            self._print({"root": root})
        else:
            self.stdout.write(f"root {root}" if root else "nothing to sign: the ledger is empty")

    def _prove(self, options: dict[str, Any]) -> None:
        self._print(api.ledger_proof(options["entry"]))

    def _print(self, value: object) -> None:
        self.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))
