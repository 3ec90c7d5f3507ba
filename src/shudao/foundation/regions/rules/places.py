"""
Service points by rule: every division has one, called after it. Pure.

No row is stored for them: a point is its division, seen as a place. Its code is a letter and the division's code.
"""

from __future__ import annotations

from typing import Literal

from shudao.foundation.regions.contracts import COUNTY, TOWNSHIP, VILLAGE, Division, ServicePoint
from shudao.foundation.regions.rules import codes
from shudao.kernel.texts import Text

PointKind = Literal["hall", "township", "village"]
HOURS = Text("周一至周五 9:00–12:00, 13:30–17:00", "Monday to Friday 9:00–12:00, 13:30–17:00")

_LETTERS: dict[PointKind, str] = {"hall": "H", "township": "T", "village": "V"}
_CALLED: dict[PointKind, Text] = {
    "hall": Text("政务服务中心", "Government Service Centre"),
    "township": Text("便民服务中心", "Public Service Centre"),
    "village": Text("便民服务站", "Public Service Station"),
}
_COMMITTEES = ("居民居委会", "居民委员会", "村民委员会", "居民委员", "村委员会", "委员会", "居委会", "村委会")


def kind_at(level: int) -> PointKind:
    """Return what kind of service point a division of this level has."""
    if level <= COUNTY:
        return "hall"
    return "township" if level == TOWNSHIP else "village"


def code_of(division: str, level: int) -> str:
    """Return the code of the service point of a division."""
    return _LETTERS[kind_at(level)] + division


def division_of(point: str) -> str | None:
    """Return the division whose service point has this code, None where the code is none."""
    division = point[1:]
    if len(division) != 12 or not (division.isascii() and division.isdigit()) or division.startswith("00"):
        return None
    return division if point == code_of(division, codes.level_of(division)) else None


def has_point(division: Division) -> bool:
    """Return whether the division has a service point: units that are no government have none of their own."""
    return division.counted


def point(line: list[Division]) -> ServicePoint:
    """
    Return the service point of the last division of `line` (province first, that division last).

    The address is the chain of divisions: true for each of them, and as exact as the data is. Telephones are published
    by each hall; none is made up.
    """
    division = line[-1]
    kind = kind_at(division.level)
    called = _CALLED[kind]
    stem = committee_stem(division.name.zh) if kind == "village" else division.name.zh
    english = f"{division.name.en} {called.en}" if division.name.en else ""
    return ServicePoint(
        code=code_of(division.code, division.level),
        name=Text(stem + called.zh, english),
        kind=kind,
        division=division.code,
        address=address(line),
        phone="",
        hours=HOURS,
    )


def address(line: list[Division]) -> Text:
    """Return the chain of divisions as an address: Chinese from the province down, English from the place up."""
    chinese = "".join(committee_stem(one.name.zh) if one.level == VILLAGE else one.name.zh for one in line)
    english = ", ".join(one.name.en or one.name.zh for one in reversed(line))
    return Text(chinese, english)


def committee_stem(name: str) -> str:
    """Return a village's name without its committee: 水井坊社区居委会 → 水井坊社区, 跳蹬村委会 → 跳蹬村."""
    for ending in _COMMITTEES:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            short = ending in ("村委会", "村委员会") and not stem.endswith(("村", "社区"))
            return stem + "村" if short else stem
    return name
