"""A small register of payments: who, for which month, and who paid; with a name, and a remark that a person wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from demo.numbers import resident_ids
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import keys, live
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.models import Snapshot
from shudao.foundation.audit.contracts import SYSTEM

CODE = "paid"
MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
_COLUMNS = ("resident_id", "month", "name", "payer_id", "base", "paid_on")
Row = dict[str, Any]


def contract(version: int = 1, extra: Sequence[Mapping[str, Any]] = (), **rest: Any) -> dict[str, Any]:
    title = {"zh": "列", "en": "column"}
    identifier = {"identifier": "resident", "title": title}
    return {
        "code": CODE,
        "title": {"zh": "缴费", "en": "Payments"},
        "version": version,
        "owner": {"kind": "ga", "division": "510000000000"},
        "key": ["resident_id", "month"],
        "subject": "resident_id",
        "cycle": "4",
        "sensitivity": 3,
        "columns": [
            {"name": "resident_id", "required": True, "check": "resident", **identifier},
            {"name": "month", "title": title, "kind": "code", "required": True},
            {"name": "name", "title": title, "identifying": True},
            {"name": "payer_id", **identifier},
            {"name": "base", "title": title, "kind": "integer"},
            {"name": "paid_on", "title": title, "kind": "date"},
            *extra,
        ],
    } | rest


@dataclass
class Payments:
    """The register as delivered so far, and what a dictionary makes of it."""

    folder: Path
    now: datetime
    people: list[str] = field(default_factory=list)
    state: dict[tuple[str, str], Row] = field(default_factory=dict)
    sent: int = 0

    def __post_init__(self) -> None:
        make = resident_ids()
        self.people = [make(1, date(1980, 1, 1), True) for _ in range(9)]
        pool.create(contract=contract(), acting=SYSTEM, now=self.now, key="create")

    def send(self, rows: list[Row], mode: Mode, more: Mapping[str, Any] | None = None) -> Batch:
        """Deliver rows, and keep in mind what they make of the register."""
        self.sent += 1
        names = ("resident_id", "month") if mode is Mode.DELETE else (*_COLUMNS, *(more or {}))
        types = {"base": pa.int64(), "paid_on": pa.date32()}
        arrays = [
            pa.array([row.get(name, (more or {}).get(name)) for row in rows], types.get(name, pa.string()))
            for name in names
        ]
        source = self.folder / f"{self.sent}.parquet"
        pq.write_table(pa.table(arrays, list(names)), source)
        batch = pool.ingest(dataset=CODE, source=source, acting=SYSTEM, now=self.now, key=str(self.sent), mode=mode)
        if mode is Mode.FULL:
            self.state.clear()
        for row in rows:
            place = row["resident_id"], row["month"]
            self.state.pop(place, None)
            if mode is not Mode.DELETE:
                self.state[place] = row
        return batch

    def row(self, draw: Random, person: str, month: str) -> Row:
        return {
            "resident_id": person,
            "month": month,
            "name": draw.choice([None, "甲", "乙丙"]),
            "payer_id": draw.choice([None, *self.people]),
            "base": draw.choice([None, draw.randint(-5, 10**12)]),
            "paid_on": draw.choice([None, date(2026, 1, draw.randint(1, 28))]),
        }

    def some(self, draw: Random, count: int) -> list[Row]:
        places = draw.sample([(person, month) for person in self.people for month in MONTHS], count)
        return [self.row(draw, person, month) for person, month in places]

    def grow(self, draw: Random, deliveries: int) -> None:
        """Send a full register, then random changes."""
        self.send(self.some(draw, 40), Mode.FULL)
        for _ in range(deliveries):
            if draw.random() < 0.3:
                there = draw.sample(sorted(self.state), 3)
                self.send([{"resident_id": person, "month": month} for person, month in there], Mode.DELETE)
            else:
                self.send(self.some(draw, 12), Mode.UPSERT)

    def looked_up(self, person: str) -> list[Row]:
        found = pool.lookup(CODE, person)
        return [dict(one) for one in found.rows] if found else []

    def shown(self, person: str) -> list[Row]:
        """What a look-up should answer with."""
        rows = [dict(one) for (who, _), one in sorted(self.state.items()) if who == person]
        for one in rows:
            del one["resident_id"]
            one["paid_on"] = one["paid_on"].isoformat() if one["paid_on"] else None
            one["payer_id"] = keys.subject_of(one["payer_id"]).hex() if one["payer_id"] else None
        return rows

    def agree(self) -> bool:
        """Whether look-ups answer what the dictionary does."""
        return all(self.looked_up(person) == self.shown(person) for person in self.people)

    def rows(self) -> list[tuple[Any, ...]]:
        """What a scan should see."""
        hashed = [keys.subject_of(one["payer_id"]) if one["payer_id"] else None for one in self.state.values()]
        found = zip(self.state.values(), hashed, strict=True)
        return sorted(((one["month"], one["base"], one["paid_on"], payer) for one, payer in found), key=repr)


def scanned(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """Read a snapshot's files as an analyst does."""
    standing = live.of(snapshot)
    if not standing.paths:
        return []
    rows, parameters = standing.relation()
    sql = f"SELECT month, base, paid_on, payer_id FROM ({rows})"  # noqa: S608
    with duckdb.connect(":memory:") as connection:
        return sorted(connection.execute(sql, parameters).fetchall(), key=repr)
