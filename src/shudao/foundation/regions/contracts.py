"""What other rooms know of divisions, zones and service points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.texts import Text

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Division:
    """
    One administrative division.

    `code` has 12 digits. `level` runs from 1 (province) to 5 (village). `zone` is the code of the economic zone, empty
    for the province. `counted` is false for the few units that are no government (farms, reserves): kept, not counted.
    """

    code: str
    name: Text
    level: int
    parent: str | None
    zone: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """An economic zone: a group of prefectures."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """
    A place where people are served: a hall (levels 1–3), a township's centre or a village's station.

    `code` is a letter (H, T, V) and the division's code. `phone` is empty where none is published.
    """

    code: str
    name: Text
    kind: Literal["hall", "township", "village"]
    division: str
    address: Text
    phone: str
    hours: Text


@dataclass(frozen=True, slots=True)
class Counts:
    """What a load left in place: government units by level, units kept but not counted, and zones."""

    units: dict[int, int] = field(default_factory=dict)
    uncounted: int = 0
    zones: int = 0


class DivisionNotFound(NotFound):
    """No division has this code."""

    code = "regions.division_not_found"
    says = "没有找到这个行政区划。"
    advice = "请重新选择所在地区。"


class DivisionCodeInvalid(Invalid):
    """A division code has 12 digits."""

    code = "regions.code_invalid"
    says = "行政区划代码应为 12 位数字。"
    advice = "请重新选择所在地区。"


class ExtractBroken(Invalid):
    """A folder to load does not hold what its manifest says: `file` and `why`."""

    code = "regions.extract_broken"
    says = "行政区划数据无法载入：{file}：{why}"
    advice = "请按 foundation/regions/README.md 所述格式改正后重新载入；原有数据未作改动。"
