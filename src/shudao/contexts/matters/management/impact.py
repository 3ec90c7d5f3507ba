"""`shudao matters impact ARTICLE [--division CODE] [--json]`: all that rests on an article of law."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Impact

ABOUT = "List what cites an article: matters, limits, materials, fees, and every implementation"


def add_arguments(parser: ArgumentParser) -> None:
    """Take the article."""
    parser.add_argument("article", help='"<document>:<number>", as "mfd:1049"')
    parser.add_argument("--division", default=None, help="Only inside this division (12 digits), by its children")
    parser.add_argument("--json", action="store_true", help="One JSON object")


def run(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    """Print it."""
    found = api.impact(options["article"], division=options["division"])
    say(json.dumps(told(found), ensure_ascii=False) if options["json"] else "\n".join(_lines(found)))


def told(found: Impact) -> dict[str, Any]:
    """The impact as plain data."""
    return {
        "article": found.article,
        "division": found.division,
        "items": [
            {
                "catalog_code": item.catalog_code,
                "name": item.name.zh,
                "department": item.department,
                "version": item.version,
                "places": [f"{one.place}:{one.part}" if one.part else one.place for one in item.places],
                "implementations": item.implementations,
            }
            for item in found.items
        ],
        "rules": list(found.rules),
        "implementations": found.implementations,
        "divisions": {one.division: one.implementations for one in found.divisions},
    }


def _lines(found: Impact) -> list[str]:
    lines = [f"{found.article}: {len(found.items)} matters, {found.implementations} implementations"]
    for item in found.items:
        places = ", ".join(f"{one.place} {one.name.zh or one.part}".strip() for one in item.places)
        lines.append(f"  {item.catalog_code} {item.name.zh} ({item.implementations}): {places}")
    lines += [f"  rule {number}" for number in found.rules]
    lines += [f"  {one.division} {one.name.zh}: {one.implementations}" for one in found.divisions]
    return lines
