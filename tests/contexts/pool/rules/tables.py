"""Random small tables and random rules about them, of every kind; the same seed gives the same."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from demo.numbers import credit_code, resident_ids, wrong_check

TODAY = date(2026, 11, 24)
COLUMNS = [
    {"name": "id", "title": {"zh": "号"}, "identifier": "resident"},
    {"name": "born", "title": {"zh": "生"}, "kind": "date"},
    {"name": "died", "title": {"zh": "卒"}, "kind": "date"},
    {"name": "sex", "title": {"zh": "性"}, "kind": "code"},
    {"name": "place", "title": {"zh": "地"}, "kind": "code"},
    {"name": "count", "title": {"zh": "数"}, "kind": "integer"},
    {"name": "most", "title": {"zh": "多"}, "kind": "integer"},
    {"name": "price", "title": {"zh": "价"}, "kind": "decimal"},
    {"name": "at", "title": {"zh": "时"}, "kind": "moment"},
    {"name": "word", "title": {"zh": "词"}},
    {"name": "firm", "title": {"zh": "企"}},
]
_MESS = ["", " ", "x", "null", "无", "测试", "2026-02-30", "2026-2-3", "1e3", "007", "-0", "+5", "99999999999999999999"]
_WORDS = [
    "甲",
    "乙",
    "丙",
    " 甲 ",
    "o'neill",
    'a"b',
    "é",
    "\ufffd",
    "烫烫烫",
    "a\tb",
    "TEST",
    "--",
    "'); DROP TABLE x; --",
]


def _people(draw: Random) -> list[str]:
    make = resident_ids()
    found = [
        make(draw.randint(1, 99), date(1950, 1, 1) + timedelta(days=draw.randint(0, 27000)), bool(i % 2))
        for i in range(6)
    ]
    return [*found, wrong_check(found[0]), found[1].lower(), "11010519491231002X", "519901199002300019", "5" * 18]


def _day(draw: Random) -> str:
    return (TODAY + timedelta(days=draw.choice([0, 1, -1, -30, -31, -400, draw.randint(-9000, 90)]))).isoformat()


def rows(draw: Random) -> list[tuple[str | None, ...]]:
    """Return up to twelve rows."""
    people = _people(draw)
    makers = [
        lambda: draw.choice(people),
        lambda: draw.choice([_day(draw), f"{(p := draw.choice(people))[6:10]}-{p[10:12]}-{p[12:14]}"]),
        lambda: _day(draw),
        lambda: draw.choice(["男", "女", "1", "2", "未知"]),
        lambda: draw.choice(["510101", "510102", "510103"]),
        lambda: str(draw.choice([0, 1, 2, 3, 10, 100, -5])),
        lambda: str(draw.choice([0, 1, 2, 3, 10, 100, -5])),
        lambda: draw.choice(["0", "1.5", "1.50", "2.25", "-3.125", "1000000", "1."]),
        lambda: f"{_day(draw)}{draw.choice(' T')}{draw.choice(['00:00:00', '23:59:59', '24:00:00', '12:30:61'])}",
        lambda: draw.choice(_WORDS),
        lambda: draw.choice([credit_code(draw.randint(0, 50)), "9151990000000000XX", "I" * 18]),
    ]
    messy = draw.choice([0.0, 0.1, 0.3])

    def value(make: Any) -> str | None:
        if draw.random() < messy:
            return draw.choice([None, *_MESS])
        return str(make())

    return [tuple(value(make) for make in makers) for _ in range(draw.randint(1, 12))]


def other(draw: Random) -> list[dict[str, Any]]:
    """Return rows of another dataset: its subject, a code, a day, a number; some missing."""
    people = _people(draw)
    return [
        {
            "subject": draw.choice(people).upper(),
            "code": draw.choice(["510101", "510102", None]),
            "day": draw.choice([TODAY, TODAY - timedelta(days=30), None]),
            "size": draw.choice([1, 2, 3, None]),
        }
        for _ in range(draw.randint(0, 5))
    ]


def _statement(draw: Random, depth: int = 0, *, pairs: bool = False) -> dict[str, Any]:
    if depth < 2 and draw.random() < 0.4:
        word = draw.choice(["all", "any", "not"])
        if word == "not":
            return {"not": _statement(draw, depth + 1, pairs=pairs)}
        return {word: [_statement(draw, depth + 1, pairs=pairs) for _ in range(draw.randint(1, 3))]}
    name, operands = draw.choice(
        [
            ("born", ["today", "today-30", "2000-01-01", {"column": "died"}]),
            ("count", ["1", "10", {"column": "most"}]),
            ("price", ["1.5", "2"]),
            ("at", ["2026-01-01 00:00:00"]),
            ("sex", ["男", "2", {"column": "place"}]),
            ("word", ["甲", "乙", "o'neill", {"column": "firm"}]),
        ]
    )
    kind = draw.choice(["missing", "is", "is_not", "less", "at_most", "more", "at_least", "in", "not_in", "matches"])
    if kind == "missing":
        return {"column": name, "missing": draw.choice([True, False])}
    if kind == "matches":
        return {"column": name, "matches": draw.choice(["[0-9]+", "甲|乙", ".*-.*", "'.*"])}
    literals = [operand for operand in operands if isinstance(operand, str)]
    if kind in ("in", "not_in"):
        return {"column": name, kind: literals}
    if pairs and draw.random() < 0.6:
        return {"column": name, kind: {"other": name}}
    return {"column": name, kind: draw.choice(operands)}


def _row_rules(draw: Random) -> dict[str, dict[str, Any]]:
    """Random rules that look at one row, by kind."""
    column = draw.choice([entry["name"] for entry in COLUMNS])
    return {
        "required": {"column": column},
        "complete": {"columns": draw.sample([entry["name"] for entry in COLUMNS], 3)},
        "pattern": {"column": column, "pattern": draw.choice(["[0-9]+", "5101[0-9]{2}", "甲|乙", ".", r"\d+\.\d+"])},
        "length": {"column": column, "range": draw.choice([[1, 2], ["", 4], [3, ""]])},
        "code_list": {"column": column, "values": draw.choice([["男", "女"], ["510101", "o'neill"], ["甲", "1", "0"]])},
        "check_digit": draw.choice([{"column": "id", "check": "resident"}, {"column": "firm", "check": "company"}]),
        "range": draw.choice(
            [
                {"column": "born", "range": ["today-400", "today"]},
                {"column": "count", "range": ["0", "10"]},
                {"column": "price", "range": ["1.5", ""]},
                {"column": "at", "range": ["", "2026-11-24 12:00:00"]},
            ]
        ),
        "type": {"column": draw.choice(["born", "count", "price", "at"])},
        "dirty": {"column": column, "values": draw.choice([[], ["甲"]])},
        "order": {"columns": draw.choice([["born", "died"], ["count", "most"], ["sex", "place", "word"]])},
        "fresh": {"column": draw.choice(["died", "at"]), "days": draw.choice([0, 30])},
        "derived": draw.choice(
            [{"columns": ["born", "id"], "derive": "birth_date"}, {"columns": ["sex", "id"], "derive": "sex"}]
        ),
        "deny": {"deny": _statement(draw)},
    }


def _set_rules(draw: Random) -> dict[str, dict[str, Any]]:
    """Random rules that look at several rows or another dataset, by kind."""
    number = draw.choice(["count", "price"])
    return {
        "unique": {"columns": draw.choice([["id"], ["sex", "place"], ["word"]])},
        "duplicate": {"columns": draw.choice([["sex", "place"], ["word", "count"]])},
        "dependency": {
            "group": draw.choice([["place"], ["sex"], ["id"]]),
            "columns": draw.choice([["word"], ["count", "most"]]),
        },
        "group": draw.choice(
            [
                {"group": ["place"], "measure": "rows", "range": ["", 2]},
                {"group": ["sex"], "measure": "distinct", "column": "word", "range": ["2", 3]},
                {"group": ["place", "sex"], "measure": "sum", "column": number, "range": ["0", "10.5"]},
                {"group": ["sex"], "measure": draw.choice(["lowest", "highest"]), "column": number, "range": ["1", ""]},
                {"group": ["sex"], "measure": "mean", "column": "count", "range": ["1", "3"]},
            ]
        ),
        "pairs": {"group": draw.choice([["place"], ["sex"]]), "deny": _statement(draw, pairs=True)},
        "foreign": {
            "other": "other",
            **draw.choice(
                [
                    {"columns": ["place"], "other_columns": ["code"]},
                    {"columns": ["died", "place"], "other_columns": ["day", "code"]},
                    {"columns": ["id"], "other_columns": ["subject"]},
                ]
            ),
        },
        "agreement": {
            "other": "other",
            **draw.choice(
                [
                    {"columns": ["place"], "other_columns": ["code"]},
                    {"columns": ["count"], "other_columns": ["size"]},
                    {"columns": ["died", "place"], "other_columns": ["day", "code"]},
                ]
            ),
        },
    }


def rule(draw: Random, kind: str) -> dict[str, Any]:
    """Return a random rule of the kind, as a contract writes it."""
    found = _row_rules(draw) | _set_rules(draw)
    made = {"kind": kind, **found[kind]}
    if draw.random() < 0.25:
        made["when"] = _statement(draw)
    return made


KINDS = str.split(
    "required complete pattern length code_list check_digit range type dirty order fresh derived deny "
    "unique duplicate dependency group pairs foreign agreement"
)


def contract(draw: Random, kinds: list[str]) -> dict[str, Any]:
    """Return a contract with a rule of each kind named."""
    return {
        "code": "small",
        "title": {"zh": "小"},
        "version": 1,
        "owner": {"kind": "ga", "division": "510000000000"},
        "key": ["id"],
        "subject": "id",
        "cycle": "2",
        "sensitivity": 4,
        "columns": COLUMNS,
        "rules": [{"code": f"r{place}", **rule(draw, kind)} for place, kind in enumerate(kinds)],
    }
