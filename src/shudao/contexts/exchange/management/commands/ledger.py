"""`shudao ledger verify|checkpoint|prove|status|bench`: the evidence, from the files alone, and how fast it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.evidence import LedgerMark, LedgerReport
from shudao.contexts.exchange.management.ledger_bench import command as bench
from shudao.kernel.errors import ShudaoError
from shudao.kernel.signing import Verifier
from shudao.kernel.time import now
from shudao.plane.ledger.witness import public_keys


class Command(BaseCommand):
    """Verify, checkpoint, prove, tell how it stands, or measure."""

    help = (
        "Verify the ledger from its files, sign a checkpoint, prove that an entry is in it, or measure how fast it is."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action, and what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        verify = self._action(
            actions, "verify", "Check every entry, receipt and checkpoint; end with status 1 if one does not hold"
        )
        verify.add_argument("--processes", type=int, default=0, help="How many share the work; as many as processors")
        verify.add_argument("--witness-key", type=Path, action="append", help="PEM; checks that witness's cosignatures")
        self._action(actions, "checkpoint", "Sign a checkpoint over what the gateway's workers wrote")
        prove = self._action(actions, "prove", "Prove that an entry is under the newest checkpoint")
        prove.add_argument("entry", help="<segment>:<number>, as a call's ledger id")
        self._action(actions, "status", "Tell how far checkpoints, cosignatures and time stamps reach")
        bench.words(self._action(actions, "bench", bench.ABOUT))

    def _action(self, actions: Any, name: str, about: str) -> Any:
        parser = actions.add_parser(name, help=about)
        parser.add_argument("--json", action="store_true", default=False, help="Print one JSON object")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action."""
        try:
            getattr(self, f"_{options['action']}")(options)
        except ShudaoError as error:
            raise CommandError(str(error)) from error

    def _verify(self, options: dict[str, Any]) -> None:
        report = self._verified(options)
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

    def _verified(self, options: dict[str, Any]) -> LedgerReport:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), disable=options["json"]) as bar:
            task = bar.add_task("Reading", total=None)

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            return api.ledger_verify(
                processes=options["processes"], witnesses=_witnesses(options["witness_key"]), progress=progress
            )

    def _checkpoint(self, options: dict[str, Any]) -> None:
        root = api.ledger_checkpoint(now=now())
        if options["json"]:
            self._print({"root": root})
        else:
            self.stdout.write(f"root {root}" if root else "nothing to sign: the ledger is empty")

    def _prove(self, options: dict[str, Any]) -> None:
        self._print(api.ledger_proof(options["entry"]))

    def _status(self, options: dict[str, Any]) -> None:
        found = api.ledger_standing(now=now())
        if options["json"]:
            self._print(found)
            return
        self.stdout.write(f"{found.checkpoints} checkpoints; newest {_said(found.newest)}")
        self.stdout.write(f"cosigned: {_said(found.cosigned)}{f'; ALARM: {found.alarm}' if found.alarm else ''}")
        stamps = _said(found.stamped) if found.stamping else "no authority is configured"
        self.stdout.write(f"stamped: {stamps}{'; LATE' if found.late else ''}{f'; {found.why}' if found.why else ''}")

    def _bench(self, options: dict[str, Any]) -> None:
        self.stdout.write(bench.run(options))

    def _print(self, value: object) -> None:
        self.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))


def _witnesses(files: list[Path] | None) -> dict[str, Verifier] | None:
    try:
        return {key.key_id: key for key in public_keys(files)} if files else None
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error


def _said(mark: LedgerMark | None) -> str:
    return f"{mark.size} entries at {mark.at.isoformat()}" if mark else "none"
