"""`shudao pool create|ingest|inbox|pull|check|lookup|snapshots` and its lifetimes: the pool from the command line."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shudao.contexts.pool import api
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.management import lifetimes
from shudao.contexts.pool.management.bench import command as bench
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import Invalid, ShudaoError
from shudao.kernel.ids import new_id
from shudao.kernel.time import now

_STEPS = {
    "judge": "Judging",
    "write": "Sealing and writing",
    "publish": "Publishing the snapshot",
    "index": "Building the look-up index",
    "done": "Done",
}
_LOOK_SECONDS = 5


class Command(BaseCommand):
    """Run one of the pool's actions."""

    help = "Create a dataset, take in a delivery, check that nothing was changed, look somebody up, list snapshots."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action and what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = self._action(actions, "create", "Register a dataset or a newer version of its contract")
        create.add_argument("contract", help="A YAML file, or the code of a contract that ships with the house")
        ingest = self._action(actions, "ingest", "Take in a CSV, XLSX, JSON lines, Parquet or Arrow file")
        ingest.add_argument("dataset")
        ingest.add_argument("source", type=Path)
        ingest.add_argument("--key", default="", help="Idempotency key; made up where none is given")
        ingest.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.FULL, help="What it is; full")
        inbox = self._action(actions, "inbox", "Take in what departments left in the inbox (SHUDAO_POOL_INBOX)")
        inbox.add_argument("--once", action="store_true", help="Look once and end; else look again every few seconds")
        pull = self._action(actions, "pull", "Read on in the table that a dataset's contract names")
        pull.add_argument("dataset")
        pull.add_argument("--all", action="store_true", help="Go on until nothing is new")
        check = self._action(actions, "check", "Digest every file and read every seal anew")
        check.add_argument("dataset", nargs="*", help="Every dataset where none is named")
        lookup = self._action(
            actions, "lookup", "Count what the index holds of somebody: the identifier is read from standard input"
        )
        lookup.add_argument("dataset")
        snapshots = self._action(actions, "snapshots", "List a dataset's snapshots")
        snapshots.add_argument("dataset")
        for name, about in lifetimes.ABOUT.items():
            lifetimes.words(name, self._action(actions, name, about))
        bench.words(self._action(actions, "bench", bench.ABOUT))

    def _action(self, actions: Any, name: str, about: str) -> ArgumentParser:
        parser: ArgumentParser = actions.add_parser(name, help=about)
        parser.add_argument("--json", action="store_true", help="Print one JSON value")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action."""
        try:
            if options["action"] in lifetimes.ABOUT:
                self._tell(options, *lifetimes.run(options))
            else:
                getattr(self, f"_{options['action']}")(options)
        except Invalid as error:
            told = [str(error), *(f"  {name}: {why}" for name, why in error.fields.items())]
            raise CommandError("\n".join(told)) from error
        except ShudaoError as error:
            raise CommandError(str(error)) from error

    def _create(self, options: dict[str, Any]) -> None:
        given: str = options["contract"]
        contract = Path(given) if given.endswith((".yaml", ".yml")) else given
        made = api.create(contract=contract, acting=SYSTEM, now=now(), key=new_id())
        self._tell(options, made, f"{made.code}: version {made.version}, {len(made.rules)} rules")

    def _ingest(self, options: dict[str, Any]) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), disable=options["json"]) as bar:
            task = bar.add_task(_STEPS["judge"], total=1.0)

            def progress(step: str, share: float) -> None:
                bar.update(task, description=_STEPS[step], completed=share, total=None if step == "index" else 1.0)

            batch = api.ingest(
                dataset=options["dataset"],
                source=options["source"],
                acting=SYSTEM,
                now=now(),
                key=options["key"] or new_id(),
                mode=options["mode"],
                progress=progress,
            )
        reasons = "".join(f"\n  {code}: {count}" for code, count in batch.reasons.items())
        told = f"{batch.rows} rows = {batch.good} good + {batch.quarantined} quarantined, snapshot {batch.snapshot}"
        self._tell(options, batch, told + reasons)

    def _inbox(self, options: dict[str, Any]) -> None:
        while True:
            arrived = api.take_inbox(now=now())
            told = (f"{one.dataset}/{one.mode}: {one.state} {one.batch or one.refusal}".rstrip() for one in arrived)
            if arrived or options["once"]:
                self._tell(options, arrived, "\n".join(told) or "nothing to take in")
            if options["once"]:
                break
            time.sleep(_LOOK_SECONDS)
        if any(one.state == "failed" for one in arrived):
            raise CommandError("some files could not be handled: see the log")

    def _pull(self, options: dict[str, Any]) -> None:
        batches: list[Batch] = []
        while batch := api.pull(dataset=options["dataset"], acting=SYSTEM, now=now(), key=new_id()):
            batches.append(batch)
            if not options["all"] or not api.contract(batch.dataset).reads_on:
                break
        told = (f"{one.rows} rows = {one.good} good + {one.quarantined} quarantined" for one in batches)
        self._tell(options, batches, "\n".join(told) or "nothing new")

    def _check(self, options: dict[str, Any]) -> None:
        names = options["dataset"] or [row.code for row in api.datasets()]
        damage = [one for name in names for one in api.check(name)]
        lines = [f"{one.dataset}: {one.kind}: {one.says.en}" for one in damage]
        self._tell(options, damage, "\n".join(lines) or f"{len(names)} datasets are as they were written")
        if damage:
            raise CommandError(f"{len(damage)} things are not as they were written")

    def _lookup(self, options: dict[str, Any]) -> None:
        found = api.lookup(options["dataset"], lifetimes.identifier())
        rows = len(found.rows) if found else 0
        known = {"rows": rows, "snapshot": found.snapshot if found else None}
        self._tell(options, known, f"{rows} rows")

    def _snapshots(self, options: dict[str, Any]) -> None:
        found = api.snapshots(options["dataset"])
        if options["json"]:
            self._tell(options, found, "")
            return
        table = Table("snapshot", "as of", "rows", "subjects", "files", "bytes")
        for one in found:
            number = f"{one.number}{' ←' if one.current else ''}"
            table.add_row(
                number, f"{one.as_of:%Y-%m-%d %H:%M}", str(one.rows), str(one.subjects), str(one.files), str(one.bytes)
            )
        console = Console()
        with console.capture() as capture:
            console.print(table)
        self.stdout.write(capture.get())

    def _bench(self, options: dict[str, Any]) -> None:
        self.stdout.write(bench.run(options))

    def _tell(self, options: dict[str, Any], value: object, sentence: str) -> None:
        self.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False) if options["json"] else sentence)
