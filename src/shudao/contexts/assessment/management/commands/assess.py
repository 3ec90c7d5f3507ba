"""`shudao assess compute | export`: publish the scores; write the rows that anybody can recompute them from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shudao.contexts.assessment import api
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import ShudaoError
from shudao.kernel.time import now


class Command(BaseCommand):
    help = "Compute and publish every score; export the rows behind them."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("compute", help="compute all scores from the facts and publish them")
        export = acts.add_parser("export", help="write the rows and the published scores to a file")
        export.add_argument("--out", type=Path, default=Path("scores.jsonl"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["act"] == "compute":
                self.stdout.write(json.dumps(asdict(api.compute(acting=SYSTEM, now=now())), default=str))
            else:
                self.stdout.write(f"{api.export(options['out'])} lines in {options['out']}")
        except ShudaoError as refused:
            raise CommandError(f"{refused.says}{refused.advice} ({refused.code})") from refused
