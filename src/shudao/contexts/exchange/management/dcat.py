"""`shudao exchange dcat`: print the catalogue for another catalogue to take in."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.registry import CatalogueFormat


def add_arguments(parser: ArgumentParser) -> None:
    """Take the form, and where people find the catalogue."""
    parser.add_argument("--format", choices=list(CatalogueFormat), default="ttl", help="ttl: Turtle (default)")
    parser.add_argument("--site", default="http://localhost:8000", help="The public address that entries are named by")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    """Print it."""
    say(api.dcat(CatalogueFormat(options["format"]), site=options["site"].rstrip("/")).decode().rstrip())
