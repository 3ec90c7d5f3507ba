"""
Two real tables that packages ship: the time zones of tzdata, and the county codes that python-stdnum keeps.

Each gets a holder with an invented resident ID, since every dataset is about somebody, and errors planted by a seed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from random import Random
from typing import Any

from demo.numbers import resident_ids, wrong_check

Row = dict[str, str]
Plant = Callable[[Row, list[Row], Random], None]


@dataclass(slots=True)
class Table:
    """A table with its rules; `plants` has for every rule how its error is made; `planted` which rows got which."""

    columns: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    rows: list[Row]
    plants: dict[str, Plant]
    planted: set[tuple[int, str]] = field(default_factory=set)

    def plant(self, seed: int, each: int) -> None:
        """Plant `each` errors of every kind, every one in a row of its own."""
        draw = Random(seed)
        places = draw.sample(range(1, len(self.rows)), each * len(self.plants))
        for rule, spoil in self.plants.items():
            for _ in range(each):
                place = places.pop()
                spoil(self.rows[place], self.rows[:place], draw)
                self.planted.add((place, rule))

    def contract(self) -> dict[str, Any]:
        """Return the contract that describes it."""
        return {
            "code": "real",
            "title": {"zh": "真", "en": "Real"},
            "version": 1,
            "owner": {"kind": "sj", "division": "510000000000"},
            "key": ["holder"],
            "subject": "holder",
            "cycle": "7",
            "sensitivity": 4,
            "columns": [{"title": {"zh": one["name"], "en": one["name"]}, **one} for one in self.columns],
            "rules": self.rules,
        }


def _set(column: str, *values: str) -> Plant:
    def spoil(row: Row, before: list[Row], draw: Random) -> None:
        row[column] = draw.choice(values)

    return spoil


def _copy(column: str) -> Plant:
    """Take the value of an earlier row, which then stays the first."""

    def spoil(row: Row, before: list[Row], draw: Random) -> None:
        row[column] = before[0][column]

    return spoil


def _holders(count: int) -> list[tuple[str, str, str]]:
    make, draw = resident_ids(), Random("holders")
    found = []
    for _ in range(count):
        born, female = date(1950 + draw.randint(0, 50), draw.randint(1, 12), draw.randint(1, 28)), draw.random() < 0.5
        found.append((make(draw.randint(1, 99), born, female), born.isoformat(), "女" if female else "男"))
    return found


def _check(row: Row, before: list[Row], draw: Random) -> None:
    row["holder"] = wrong_check(row["holder"])


_HOLDER = [
    {"name": "holder", "identifier": "resident", "check": "resident", "required": True},
    {"name": "born", "kind": "date", "range": ["1940-01-01", "today"]},
    {"name": "sex", "kind": "code"},
]
_HOLDER_RULES = [
    {"kind": "derived", "columns": ["born", "holder"], "derive": "birth_date"},
    {"kind": "derived", "columns": ["sex", "holder"], "derive": "sex"},
]
_HOLDER_PLANTS: dict[str, Plant] = {
    "holder.check_digit": _check,
    "holder.required": _set("holder", "", " "),
    "born.type": _set("born", "1990/01/01", "19900101", "1990-02-30", "昨天"),
    "born+holder.derived": _set("born", "1949-12-31"),
    "sex+holder.derived": lambda row, before, draw: row.update(sex="男" if row["sex"] == "女" else "女"),
    "key.unique": _copy("holder"),
}


def _zone_rows() -> list[Row]:
    text = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    rows = []
    for line, (holder, born, sex) in zip(lines, _holders(len(lines)), strict=True):
        degrees = re.match(r"([+-]\d{2})\d{2,4}([+-]\d{3})", line[1])
        assert degrees is not None
        latitude, longitude = degrees.groups()
        rows.append(
            {
                "holder": holder,
                "born": born,
                "sex": sex,
                "country": line[0],
                "place": line[1],
                "latitude": str(int(latitude)),
                "longitude": str(int(longitude)),
                "zone": line[2],
                "note": line[3] if len(line) > 3 else "",
            }
        )
    return rows


def time_zones() -> Table:
    """418 zones: country, place, name."""
    countries = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8").splitlines()
    codes = [line.split("\t")[0] for line in countries if not line.startswith("#")]
    return Table(
        columns=[
            *_HOLDER,
            {"name": "country", "kind": "code", "required": True, "values": codes},
            {"name": "place", "pattern": r"[+-][0-9]{4}([0-9]{2})?[+-][0-9]{5}([0-9]{2})?"},
            {"name": "latitude", "kind": "integer", "range": [-90, 90]},
            {"name": "longitude", "kind": "integer", "range": [-180, 180]},
            {"name": "zone", "required": True},
            {"name": "note"},
        ],
        rules=[
            *_HOLDER_RULES,
            {"kind": "unique", "column": "zone"},
            {"kind": "length", "column": "zone", "range": [5, 40]},
            {"kind": "dirty", "column": "note"},
            {"kind": "foreign", "column": "zone", "other": "other", "other_columns": ["code"]},
            {
                "kind": "deny",
                "code": "polar",
                "deny": {"all": [{"column": "country", "is": "AQ"}, {"column": "latitude", "more": "-60"}]},
            },
            {"kind": "complete", "columns": ["latitude", "longitude"]},
        ],
        rows=_zone_rows(),
        plants={
            **_HOLDER_PLANTS,
            "country.required": _set("country", ""),
            "country.code_list": _set("country", "XX", "fr", "ZZ"),
            "place.pattern": _set("place", "4230+00131", "+4230", "北纬"),
            "latitude.type": _set("latitude", "4.5", "x", "１２"),
            "latitude.range": _set("latitude", "91", "-123"),
            "longitude.range": _set("longitude", "181", "-999"),
            "zone.unique": _copy("zone"),
            "zone.length": _set("zone", "UTC", "Z"),
            "zone.foreign": _set("zone", "Europe/Atlantis", "Asia/Nowhere"),
            "note.dirty": _set("note", "NULL", "锟斤拷", "a\tb", "n/a", "测试"),
            "polar": lambda row, before, draw: row.update(country="AQ", latitude="12"),
            "latitude+longitude.complete": _set("longitude", ""),
        },
    )


def _county_rows() -> list[Row]:
    text = resources.files("stdnum").joinpath("cn/loc.dat").read_text("utf-8")
    rows: list[Row] = []
    province, province_name = "", ""
    for line in text.splitlines():
        if found := re.match(r'(\d{2}) province="([^"]+)"', line):
            province, province_name = found.groups()
        elif found := re.match(r'\s+(\d{4})\s+county="([^"]+)"', line):
            code, names = found.groups()
            for number, name in enumerate(names.split(",")):
                span = re.match(r"(?:\[(\d{4})?-(\d{4})?\])?(.*)", name.strip())
                assert span is not None
                since, until, said = span.groups()
                rows.append(
                    {
                        "code": province + code,
                        "part": str(number),
                        "province": province,
                        "province_name": province_name,
                        "name": said,
                        "since": since or "",
                        "until": until or "",
                    }
                )
    for row, (holder, born, sex) in zip(rows, _holders(len(rows)), strict=True):
        row |= {"holder": holder, "born": born, "sex": sex}
    return rows


def counties() -> Table:
    """Nearly seven thousand codes of counties, with the years between which each was used."""
    return Table(
        columns=[
            *_HOLDER,
            {"name": "code", "kind": "code", "required": True, "pattern": "[1-9][0-9]{5}"},
            {"name": "part", "kind": "integer"},
            {"name": "province", "kind": "code", "pattern": "[1-9][0-9]"},
            {"name": "province_name", "required": True},
            {"name": "name", "required": True},
            {"name": "since", "kind": "integer", "range": ["1949", "2030"]},
            {"name": "until", "kind": "integer", "range": ["1949", "2030"]},
        ],
        rules=[
            *_HOLDER_RULES,
            {"kind": "unique", "columns": ["code", "part"]},
            {
                "kind": "dependency",
                "code": "province.province_name.dependency",
                "group": ["province"],
                "columns": ["province_name"],
            },
            {"kind": "order", "columns": ["since", "until"]},
            {"kind": "dirty", "column": "name"},
            {"kind": "group", "group": ["code"], "measure": "rows", "range": ["", 12]},
            {
                "kind": "pairs",
                "code": "same_years",
                "group": ["code"],
                "deny": {
                    "all": [{"column": "since", "is": {"other": "since"}}, {"column": "name", "is": {"other": "name"}}]
                },
            },
        ],
        rows=_county_rows(),
        plants={
            **_HOLDER_PLANTS,
            "code.required": _set("code", ""),
            "code.pattern": _set("code", "1101", "A10101", "011010"),
            "part.type": _set("part", "一", "1.0"),
            "province_name.required": _set("province_name", ""),
            "province.province_name.dependency": _set("province_name", "北京", "蜀"),
            "since+until.order": lambda row, before, draw: row.update(since="2011", until="1999"),
            "since.range": _set("since", "1066", "3001"),
            "name.dirty": _set("name", "不详", "烫烫烫", "test"),
        },
    )
