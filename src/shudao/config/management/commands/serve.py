"""`shudao serve`: web, gateway and worker of one machine, until Ctrl-C."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shudao.config.settings.registry import value
from shudao.config.startup import ensure_fit
from shudao.config.supervisor import children, supervise


class Command(BaseCommand):
    help = "Serve the pages, the gateway and the jobs of this installation until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web-workers", type=int, default=1)
        parser.add_argument("--gateway-workers", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_fit()
        asked: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda caught, _: asked.append(caught))
        self.stdout.write(f"http://{value('SHUDAO_WEB_ADDRESS')}/  ·  gateway {value('SHUDAO_GATEWAY_ADDRESS')}")
        processes = children(web_workers=options["web_workers"], gateway_workers=options["gateway_workers"])
        supervise(processes, stopping=lambda: bool(asked), say=self.stderr.write)
