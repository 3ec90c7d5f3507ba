"""`shudao worker`: deliver events, run tasks and schedules until told to stop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shudao.foundation.outbox import api


class Command(BaseCommand):
    help = "Deliver events and run background jobs. SIGTERM or SIGINT: finish the job at hand, then stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing is due")

    def handle(self, *_args: Any, **options: Any) -> None:
        told_to_stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told_to_stop.set())
        done = api.work(stop=told_to_stop.is_set, until_empty=options["until_empty"])
        self.stdout.write(f"{done}")
