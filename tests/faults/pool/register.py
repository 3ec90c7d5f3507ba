"""A register that departments deliver again and again, and what a dictionary makes of each delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from demo.numbers import resident_ids, wrong_check

COLUMNS = ("resident_id", "month", "name", "base", "paid_on")
MODES = ("full", "append", "upsert", "delete")
_MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
_TYPES = {"base": pa.int64(), "paid_on": pa.date32()}
Row = dict[str, Any]
State = dict[tuple[str, str], Row]


def contract(code: str = "paid") -> dict[str, Any]:
    """Two of its columns are the key; one names people and is sealed."""
    title = {"zh": "列", "en": "column"}
    return {
        "code": code,
        "title": {"zh": "缴费", "en": "Payments"},
        "version": 1,
        "owner": {"kind": "ga", "division": "510000000000"},
        "key": ["resident_id", "month"],
        "subject": "resident_id",
        "cycle": "4",
        "sensitivity": 3,
        "columns": [
            {"name": "resident_id", "title": title, "identifier": "resident", "required": True, "check": "resident"},
            {"name": "month", "title": title, "kind": "code", "required": True},
            {"name": "name", "title": title, "identifying": True},
            {"name": "base", "title": title, "kind": "integer"},
            {"name": "paid_on", "title": title, "kind": "date"},
        ],
    }


def numbers(count: int) -> list[str]:
    """Identifiers of people who do not exist."""
    make = resident_ids()
    return [
        make(1 + place % 90, date(1950 + place % 60, 1 + place % 12, 1 + place % 28), True) for place in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file, and what has to come of it."""

    key: str
    mode: str
    path: Path
    rows: int
    good: int
    after: State


@dataclass(slots=True)
class Register:
    """Draws deliveries one after another; `state` is what the dataset holds once all of them have come."""

    people: list[str]
    chance: Random
    folder: Path
    size: int
    state: State = field(default_factory=dict)
    drawn: int = 0

    def draw(self, mode: str) -> tuple[Delivery, list[Row]]:
        """Return the next delivery, whose file is still to be written, and its rows."""
        rows = [self._row() for _ in range(self.size if mode == "full" else self.size // 4)]
        if mode == "append":  # most of them new
            rows = [row for row in rows if (row["resident_id"], row["month"]) not in self.state] + rows[:20]
        self.drawn += 1
        after, good = expected(self.state, rows, mode)
        wrong = [row | {"resident_id": wrong_check(row["resident_id"])} for row in rows[:: self.size // 16]]
        delivery = Delivery(
            f"{self.drawn}-{mode}", mode, self.folder / f"{self.drawn}.parquet", len(rows) + len(wrong), good, after
        )
        rows += wrong
        return delivery, rows

    def _row(self) -> Row:
        draw = self.chance
        return {
            "resident_id": draw.choice(self.people),
            "month": draw.choice(_MONTHS),
            "name": draw.choice([None, "甲", "乙丙", "欧阳"]),
            "base": draw.choice([None, draw.randint(-5, 10**12)]),
            "paid_on": draw.choice([None, date(2026, 1, draw.randint(1, 28))]),
        }


def expected(state: State, rows: list[Row], mode: str) -> tuple[State, int]:
    """What a dictionary makes of rows, and how many of them are good; of rows with one key the first counts."""
    after: State = {} if mode == "full" else dict(state)
    seen: set[tuple[str, str]] = set()
    good = 0
    for one in rows:
        place = one["resident_id"], one["month"]
        if place in seen or (mode == "append" and place in state) or (mode == "delete" and place not in state):
            seen.add(place)
            continue
        seen.add(place)
        good += 1
        if mode == "delete":
            del after[place]
        else:
            after[place] = one
    return after, good


def write(delivery: Delivery, rows: list[Row]) -> None:
    """Write a delivery's file."""
    names = COLUMNS[:2] if delivery.mode == "delete" else COLUMNS
    arrays = [pa.array([row[name] for row in rows], _TYPES.get(name, pa.string())) for name in names]
    pq.write_table(pa.table(arrays, list(names)), delivery.path)


def people_of(state: State) -> dict[str, list[Row]]:
    """Return whom the state holds, each with the rows as a look-up shows them."""
    found: dict[str, list[Row]] = {}
    for (person, _), row in sorted(state.items()):
        shown = {name: value for name, value in row.items() if name != "resident_id"}
        shown["paid_on"] = shown["paid_on"].isoformat() if shown["paid_on"] else None
        found.setdefault(person, []).append(shown)
    return found
