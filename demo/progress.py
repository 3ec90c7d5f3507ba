"""Progress on the terminal: one line a step, with its seconds; a spinner where there is a terminal to spin on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(stderr=True, highlight=False)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title` while the block runs, then how long it took."""
    started = time.monotonic()
    if sys.stderr.isatty():
        with console.status(title):
            yield
    else:
        yield
    console.print(f"  [green]✓[/green] {title}  [dim]{time.monotonic() - started:.1f} s[/dim]", soft_wrap=True)


def say(text: str) -> None:
    """Say one line."""
    console.print(text, soft_wrap=True)
