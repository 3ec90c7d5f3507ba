"""
What breaks which rule, written a second time: slowly, one rule after the other, on plain dictionaries.

It shares nothing with the room but the names of rules and fields: not its code, not its types, not its order of work. A
matter is the JSON of a basic item's version with the place's values written over it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Matter = dict[str, Any]
Broken = tuple[str, str, str]
_DATA = Path(__file__).resolve().parents[3] / "src/shudao/contexts/matters/data"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LINES = "ga mz wj jy rs yb gjj zr zj sc jt cl tj sw ny wl yj fg kj sf st lc sl zf cun".split()  # noqa: SIM905
_OWN = {"promised", "visits", "visits_reason", "tier", "depth", "fees", "is_pay_online", "handle_type", "handle_area"}
_OWN |= {"conditions", "materials_add", "materials_remove", "more", "place", "place_name", "open_hours"}
_PLACE = ("place", "place_name", "open_hours")
_LISTED = {
    "task_type": "task_type", "power_source": "power_source", "audience": "audience", "server_type": "server_type",
    "themes": "matter_theme", "events": "life_event", "levels": "use_level", "project_type": "project_type",
    "depth": "online_depth_functions", "handle_type": "handle_type", "handle_area": "handle_area",
    "result_type": "result_type", "legal": "time_unit", "promised": "time_unit", "tier": "online_tier",
}  # fmt: skip
_OF_MATERIAL = {"material_type": "material_type", "material_format": "material_format", "need": "material_need"}
_OF_MATERIAL |= {"source": "material_source"}
_DAYS = {"1": 1.4, "2": 1, "3": 7, "4": 30, "5": 365}


@dataclass
class World:
    """Bodies: code → (division, kind, level of the division). States: catalogue code → "1", "2", "3"."""

    bodies: dict[str, tuple[str, str, int]]
    states: dict[str, str]
    articles: set[str]
    papers: set[str]


def row_breaks(row: dict[str, Any], item: Matter, world: World) -> set[Broken]:
    """All that one row breaks; `item` is the version that it inherits from."""
    local, found = write_over(item, json.loads(row["overrides"]))
    of_item = set(matter_breaks(item, item, world))
    found |= {one for one in matter_breaks(local, item, world) if one not in of_item}
    found |= set(place_differs(local, item))
    found |= set(codes_break(row, item, world)) | set(copies_break(row, local))
    return found


def item_breaks(item: Matter, world: World) -> set[Broken]:
    """All that a basic item breaks by itself."""
    return set(matter_breaks(item, item, world))


def missing(rows: list[dict[str, Any]], items: list[Matter], world: World) -> set[str]:
    """Who ("<body>:<item>") does not carry out what it must; bodies that carry out nothing are left alone."""
    have = {(row["department"], row["catalog_code"]) for row in rows}
    busy = {row["department"] for row in rows}
    lacking = set()
    for item in items:
        for level in item["levels"]:
            kind = {"5": "zf", "6": "cun"}.get(level, item["department_kind"])
            for code, (_, own, at) in world.bodies.items():
                if own == kind and at == int(level) - 1 and code in busy and (code, item["catalog_code"]) not in have:
                    lacking.add(f"{code}:{item['catalog_code']}")
    return lacking


def write_over(item: Matter, overrides: list[dict[str, Any]]) -> tuple[Matter, set[Broken]]:
    """The place's version, and what is wrong with the way it was written."""
    local, found = copy.deepcopy(item), set()
    for one in overrides:
        name, value = one["field"], one["value"]
        if not readable(item, name, value):
            found.add(("unreadable", name, ""))
        elif name in _PLACE:
            if not value["zh"].strip():
                found.add(("guide", name, ""))
        elif name in ("materials_add", "materials_remove", "more"):
            add_or_take(local, name, value)
        else:
            local[name] = value
            if name not in _OWN and value != item[name]:
                grown = name == "legal" and days(value) > days(item[name])
                found.add(("limit-legal", "legal", "") if grown else ("locked", name, ""))
    return local, found


def add_or_take(local: Matter, name: str, value: Any) -> None:
    """Papers more or less, and the many small fields."""
    if name == "more":
        local["more"] = {**local["more"], **value}
        return
    codes = value if name == "materials_remove" else [paper["code"] for paper in value]
    local["materials"] = [paper for paper in local["materials"] if paper["code"] not in codes]
    if name == "materials_add":
        local["materials"] += value


def readable(item: Matter, name: str, value: Any) -> bool:
    """Whether there is such a field, and the value is of its kind."""
    if name in ("materials_add", "materials_remove"):
        return isinstance(value, list)
    if name in _PLACE:
        return isinstance(value, dict)
    return name in item and name not in ("catalog_code", "levels", "version") and type(value) is type(item[name])


def place_differs(local: Matter, item: Matter) -> Iterator[Broken]:
    """Worse for people than the standard."""
    for paper in local["materials"]:
        if all(known["code"] != paper["code"] for known in item["materials"]):
            yield "material-extra", "materials", paper["code"]
    charges = {fee["name"]["zh"]: fee["amount"] for fee in item["fees"]}
    for number, fee in enumerate(local["fees"]):
        if fee["name"]["zh"] not in charges or fee["amount"] > charges[fee["name"]["zh"]]:
            yield "fee-extra", "fees", fee["name"]["zh"] or str(number + 1)
    yield from slower(local, item)
    if local["visits"] > item["visits"]:
        yield "visits-more", "visits", ""
    if local["tier"] < item["tier"]:
        yield "tier-lower", "tier", ""
    if any(step not in local["depth"] for step in item["depth"]):
        yield "depth-lower", "depth", ""


def slower(local: Matter, item: Matter) -> Iterator[Broken]:
    """Longer limits."""
    promised, legal = local["promised"], local["legal"]
    if days(promised) > days(item["promised"]):
        yield "limit-promise", "promised", ""
    if promised["unit"] != legal["unit"] and legal["amount"] and days(promised) > days(legal):
        yield "limit-legal", "promised", ""


def matter_breaks(matter: Matter, item: Matter, world: World) -> Iterator[Broken]:
    """Wrong in itself, wherever it stands."""
    yield from papers_break(matter, item, world)
    for number, fee in enumerate(matter["fees"]):
        if not fee["by_law"] or not fee["name"]["zh"] or not fee["standard"]["zh"] or fee["amount"] < 0:
            yield "fee-basis", "fees", fee["name"]["zh"] or str(number + 1)
    cited = [*matter["by_law"], *matter["legal"]["basis"], *matter["promised"]["basis"]]
    for part in (*matter["materials"], *matter["fees"]):
        cited += part["by_law"]
    for code in cited:
        if code not in world.articles:
            yield "basis-unknown", "by_law", code
    if not matter["conditions"]["zh"].strip():
        yield "guide", "conditions", ""
    yield from values_break(matter)
    yield from promise_breaks(matter)
    yield from way_breaks(matter)
    yield from people_break(matter)


def papers_break(matter: Matter, item: Matter, world: World) -> Iterator[Broken]:
    """Papers without a basis, and those that nobody need bring."""
    for paper in matter["materials"]:
        if not paper["by_law"]:
            yield "material-basis", "materials", paper["code"]
        if paper["need"] != "1" or paper["licence_type"] or paper["resource"] or paper["from_form"]:
            continue
        same = [known for known in item["materials"] if known["code"] == paper["code"]]
        if paper["name"]["zh"] in world.papers or any(known["licence_type"] or known["resource"] for known in same):
            yield "material-obtainable", "materials", paper["code"]


def values_break(matter: Matter) -> Iterator[Broken]:
    """Rule 0: form and value lists."""
    if not catalogue_code(matter):
        yield "n0", "catalog_code", ""
    for name, values in _LISTED.items():
        if any(value not in known_values(values) for value in given(matter[name])):
            yield "n0", name, ""
    for name in ("server_type", "themes", "levels", "depth", "handle_type", "flow", "by_law"):
        if not matter[name]:
            yield "n0", name, ""
    papers = matter["materials"]
    wrong = [p for p in papers for name, values in _OF_MATERIAL.items() if p[name] not in known_values(values)]
    if wrong or len({paper["code"] for paper in papers}) < len(papers):
        yield "n0", "materials", ""


def given(value: Any) -> list[str]:
    """The codes that a field holds: a set, a limit's unit, or one."""
    if isinstance(value, dict):
        return [value["unit"]]
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def catalogue_code(matter: Matter) -> bool:
    """12 digits, with the matter's type and its business line's department."""
    code = matter["catalog_code"]
    if not re.fullmatch("[0-9]{12}", code) or code[2:4] not in known_values("task_type"):
        return False
    line = str(_LINES.index(matter["department_kind"]) + 1) if matter["department_kind"] in _LINES else ""
    return code[2:4] == matter["task_type"] and code[4:6] == line.zfill(2)


def promise_breaks(matter: Matter) -> Iterator[Broken]:
    """Rules 1, 6 and 11."""
    instant = matter["project_type"] == "1"
    if (instant and matter["promised"]["amount"]) or (not instant and not matter["promised"]["amount"]):
        yield "n1", "project_type", ""
    if matter["is_pay_online"] and not matter["fees"]:
        yield "n6", "is_pay_online", ""
    promised, legal = matter["promised"], matter["legal"]
    longer = promised["unit"] == legal["unit"] and promised["amount"] > legal["amount"]
    if longer or promised["amount"] < 0 or legal["amount"] < 0:
        yield "n11", "promised", ""


def way_breaks(matter: Matter) -> Iterator[Broken]:
    """Rules 3, 4, 5, 7: how one gets there."""
    visits, tier, reason = matter["visits"], matter["tier"], matter["visits_reason"]["zh"]
    if (visits and not reason) or (not visits and reason):
        yield "n3", "visits", ""
    if not visits and tier < 3 and "3" not in matter["handle_type"]:
        yield "n4", "handle_type", ""
    if (tier == 4 and visits) or (tier == 3 and visits > 1):
        yield "n5", "tier", ""
    if tier >= 3 and "4" not in matter["depth"] and "5" not in matter["depth"]:
        yield "n5", "depth", ""
    if "link_way" in matter["more"] or "supervise_way" in matter["more"]:
        ask, complain = matter["more"].get("link_way", ""), matter["more"].get("supervise_way", "")
        if ask == complain or not area_phone(ask):
            yield "n7", "phone", ""
        if not area_phone(complain):
            yield "n7", "complaint_phone", ""


def people_break(matter: Matter) -> Iterator[Broken]:
    """Rules 2, 8, 9, 10: what comes of it, for whom, and how it is explained."""
    name, kind = matter["result_name"]["zh"], matter["result_type"]
    licence = name.endswith("证") or name.endswith("证书") or name.endswith("执照")
    approval = name.endswith("批复") or name.endswith("批文") or name.endswith("通知文")
    if (licence and kind != "1") or (approval and kind != "2"):
        yield "n2", "result_type", ""
    if (kind == "4" and name) or (kind != "4" and not name):
        yield "n10", "result_name", ""
    if (kind == "1" and not matter["result_licence_type"]) or (kind != "1" and matter["result_licence_type"]):
        yield "n10", "result_licence_type", ""
    yield from served_wrongly(matter)
    if matter["task_type"] == "01":
        if not matter["questions"]:
            yield "n9", "questions", ""
        steps = [step["name"]["zh"] for step in matter["flow"]]
        if not all(any(word in step for step in steps) for word in ("受理", "审查", "决定", "办结", "送达")):
            yield "n9", "flow", ""


def served_wrongly(matter: Matter) -> Iterator[Broken]:
    """Rule 8."""
    persons, others = "1" in matter["server_type"], any(one != "1" for one in matter["server_type"])
    said = {"person": (True, False), "company": (False, True), "both": (True, True)}
    if said.get(matter["audience"], (False, False)) != (persons, others):
        yield "n8", "server_type", ""
    company = [theme for theme in matter["themes"] if theme in ("16", "17", "18", "19", "22")]
    if matter["audience"] == "person" and matter["themes"] and len(company) == len(matter["themes"]):
        yield "n8", "themes", ""
    if matter["audience"] == "company" and any(theme in ("01", "15") for theme in matter["themes"]):
        yield "n8", "themes", ""


def codes_break(row: dict[str, Any], item: Matter, world: World) -> Iterator[Broken]:
    """Item, code, body and level of the row."""
    if row["catalog_code"] != item["catalog_code"] or world.states.get(row["catalog_code"]) not in ("1", "2"):
        yield "item-unknown", "catalog_code", ""
    code, body = row["task_code"], row["department"]
    parts = code == body + row["use_level"] + row["catalog_code"]
    right = credit_code(body)
    built = re.fullmatch("[" + _USCC + "]{18}[1-6][0-9]{12}", code)
    if not parts or (right and not built):
        yield "task-code", "task_code", ""
    if not right:
        yield "body-code", "department", ""
    kind = {"5": "zf", "6": "cun"}.get(row["use_level"], item["department_kind"])
    known = world.bodies.get(body)
    if right and (known is None or known[:2] != (row["division"], kind)):
        yield "body-unknown", "department", ""
    if row["use_level"] not in item["levels"] or (known and row["use_level"] != str(known[2] + 1)):
        yield "level", "use_level", ""


def copies_break(row: dict[str, Any], local: Matter) -> Iterator[Broken]:
    """What lists show is what the matter says."""
    said = {name: local[name] for name in ("code", "task_type", "project_type", "department_kind", "tier", "visits")}
    said |= {"name": local["name"]["zh"], "name_en": local["name"]["en"]}
    for limit in ("legal", "promised"):
        said |= {f"{limit}_amount": local[limit]["amount"], f"{limit}_unit": local[limit]["unit"]}
    for name, value in said.items():
        if row[name] != value:
            yield "columns", name, ""


def credit_code(code: str) -> bool:
    """GB 32100: 18 characters, weights 3^i modulo 31."""
    if len(code) != 18 or any(letter not in _USCC for letter in code):
        return False
    if not code[:8].isdigit():
        return False
    total = sum(_USCC.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    return _USCC[(31 - total % 31) % 31] == code[17]


def area_phone(number: str) -> bool:
    """With its area code."""
    return bool(re.fullmatch("0[0-9]{2,3}-[0-9]{5,8}", number))


def days(limit: dict[str, Any]) -> float:
    """A limit in days of the calendar; nothing for a unit that nobody knows."""
    return float(limit["amount"] * _DAYS.get(limit["unit"], 0))


@cache
def known_values(name: str) -> set[str]:
    """The codes of a list."""
    lists = json.loads((_DATA / "code_lists.json").read_text("utf-8"))
    lists |= json.loads((_DATA / "own_lists.json").read_text("utf-8"))
    return set(lists[name]["values"])
