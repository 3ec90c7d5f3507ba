"""The access matrix as decided, docs/access-matrix.csv; `python -m tests.support.matrix` lists missing rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs/access-matrix.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One decision.

    `who`: "everybody", "signed in", "applicant", "signed call" (the gateway) or role names. `rows`: which objects the
    page shows to whom, in words; "" where it shows no object.
    """

    surface: str
    address: str
    who: str
    rows: str


def decided() -> dict[tuple[str, str], Row]:
    """Every row, by surface and address."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(row["surface"], row["address"]): Row(**row) for row in csv.DictReader(file)}


def missing() -> list[str]:
    """Lines to add for routes without a row, with what the code declares."""
    from tests.support import routes

    known = decided()
    return [
        f"{route.surface},{route.address},{route.who},"
        for route in routes.every()
        if (route.surface, route.address) not in known
    ]


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    django.setup()
    print("\n".join(missing()))
