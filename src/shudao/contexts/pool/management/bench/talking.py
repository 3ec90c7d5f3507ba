"""
Processes that do one part of the measurement each, so that its memory and processor time are its own.

A child reads orders as lines of JSON ({"do": name, …}) and answers each by one line: what the action returned, with
`cpu`, `wall` and `peak_mb`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shudao.contexts.pool.management.bench.meters import Meter, peak_mb

Told = dict[str, Any]


class ChildFailed(RuntimeError):
    """A part of the measurement broke off; its own message stands above."""


class Child:
    """
    One part at work.

    Args:
        module: Its name in this package.
        home: The folder of its installation; it sees no other, and no database but SQLite.
    """

    def __init__(self, module: str, home: Path) -> None:
        own = {"SHUDAO_HOME": str(home), "SHUDAO_MODE": "demo", "DATABASE_URL": ""}
        self._module = module
        self._process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-m", f"{__package__}.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | own,
            text=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        if kind is not None:  # nobody waits for what it does now
            self._process.terminate()
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, do: str, **words: object) -> Told:
        """Give an order and wait for its answer. Raises ChildFailed."""
        self.order(do, **words)
        return self.answer()

    def order(self, do: str, **words: object) -> None:
        """Give an order."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps({"do": do, **words}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Told:
        """Wait for the answer to the last order. Raises ChildFailed."""
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise ChildFailed(f"{self._module} broke off")
        told: Told = json.loads(line)
        return told


def serve(actions: Mapping[str, Callable[..., Told]]) -> None:
    """Do what is asked until nothing more is."""
    for line in sys.stdin:
        order: Told = json.loads(line)
        with Meter() as meter:
            told = actions[order.pop("do")](**order)
        told |= {"cpu": meter.cpu, "wall": meter.wall, "peak_mb": peak_mb()}
        print(json.dumps(told), flush=True)
