"""Read a folder of divisions and refuse it unless it is whole (format: README, "Another province")."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from shudao.foundation.regions.contracts import PROVINCE, TOWNSHIP, VILLAGE, DivisionCodeInvalid, ExtractBroken
from shudao.foundation.regions.rules import codes
from shudao.kernel.errors import Invalid

FORMAT = "shudao-divisions/1"
MANIFEST = "manifest.json"


class ZoneRow(msgspec.Struct, frozen=True):
    code: str
    name: str
    name_en: str


class Manifest(msgspec.Struct, frozen=True):
    """What a folder says it holds; numbers are checked against what is read."""

    format: str
    province: str
    edition: str
    counts: dict[str, int]
    uncounted: int
    population: int | None
    zones: list[ZoneRow]
    boundaries: dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One division as it will be stored."""

    code: str
    name: str
    name_en: str
    level: int
    parent: str | None
    zone: str
    counted: bool
    population: int | None


@dataclass(frozen=True, slots=True)
class Extract:
    """A folder, read and checked. `boundaries` maps a level to GeoJSON text."""

    manifest: Manifest
    rows: list[Row]
    boundaries: dict[int, str]


def read(folder: Path) -> Extract:
    manifest = _manifest(folder)
    try:
        return _read(folder, manifest)
    except (KeyError, TypeError, ValueError, DivisionCodeInvalid) as error:
        raise ExtractBroken(file="*.csv", why="列或代码有误") from error


def _read(folder: Path, manifest: Manifest) -> Extract:
    zones, population = _prefectures(folder, manifest)
    rows = [*_upper(folder, zones, population), *_villages(folder, zones)]
    total = sum(population.values()) if population else None
    rows = [_with_population(row, total) if row.level == PROVINCE else row for row in rows]
    _check_tree(rows, manifest)
    _check_numbers(rows, manifest, total)
    return Extract(manifest, rows, _boundaries(folder, manifest, {row.code for row in rows}))


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        codes.check(manifest.province)
    except (OSError, msgspec.DecodeError, Invalid) as error:
        raise ExtractBroken(file=MANIFEST, why="无法读取") from error
    if manifest.format != FORMAT:
        raise ExtractBroken(file=MANIFEST, why=f"格式应为 {FORMAT}")
    return manifest


def _prefectures(folder: Path, manifest: Manifest) -> tuple[dict[str, str], dict[str, int]]:
    """Return zone and population by the code of the prefecture."""
    zones, population = {}, {}
    known = {zone.code for zone in manifest.zones}
    for line in _lines(folder, "prefectures.csv"):
        if line["zone"] and line["zone"] not in known:
            raise ExtractBroken(file="prefectures.csv", why=f"未登记的经济区 {line['zone']}")
        zones[line["code"]] = line["zone"]
        if line["population"]:
            population[line["code"]] = int(line["population"])
    return zones, population


def _upper(folder: Path, zones: dict[str, str], population: dict[str, int]) -> Iterator[Row]:
    for line in _lines(folder, "divisions.csv"):
        code, level = line["code"], int(line["level"])
        if codes.level_of(code) != level or level > TOWNSHIP:
            raise ExtractBroken(file="divisions.csv", why=f"{code} 的层级与代码不符")
        yield Row(
            code,
            line["name"],
            line["name_en"],
            level,
            line["parent"] or None,
            _zone(code, zones),
            line["counted"] == "1",
            population.get(code),
        )


def _villages(folder: Path, zones: dict[str, str]) -> Iterator[Row]:
    for line in _lines(folder, "villages.csv"):
        code = line["code"]
        if codes.level_of(code) != VILLAGE:
            raise ExtractBroken(file="villages.csv", why=f"{code} 不是村级代码")
        yield Row(code, line["name"], line["name_en"], VILLAGE, codes.parent_of(code), _zone(code, zones), True, None)


def _lines(folder: Path, file: str) -> Iterator[dict[str, str]]:
    try:
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream, strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExtractBroken(file=file, why="无法读取") from error


def _zone(code: str, zones: dict[str, str]) -> str:
    return zones.get(codes.span(code)[0][:4] + "00000000", "")


def _with_population(row: Row, total: int | None) -> Row:
    return Row(row.code, row.name, row.name_en, row.level, row.parent, row.zone, row.counted, total)


def _check_tree(rows: list[Row], manifest: Manifest) -> None:
    known: dict[str, Row] = {}
    for row in rows:
        if row.code in known:
            raise ExtractBroken(file="divisions.csv", why=f"{row.code} 重复")
        if not codes.within(row.code, manifest.province):
            raise ExtractBroken(file="divisions.csv", why=f"{row.code} 不属于本省")
        known[row.code] = row
    for row in rows:
        right = row.parent is None if row.level == PROVINCE else row.parent in known
        if not right or (row.parent is not None and row.parent != codes.parent_of(row.code)):
            raise ExtractBroken(file="divisions.csv", why=f"{row.code} 的上级不存在或不符")


def _check_numbers(rows: list[Row], manifest: Manifest, total: int | None) -> None:
    counted = {str(level): 0 for level in range(PROVINCE, VILLAGE + 1)}
    for row in rows:
        if row.counted:
            counted[str(row.level)] += 1
    uncounted = sum(not row.counted for row in rows)
    if counted != manifest.counts or uncounted != manifest.uncounted:
        raise ExtractBroken(file=MANIFEST, why=f"数量应为 {counted}，不计数 {uncounted}")
    if total != manifest.population:
        raise ExtractBroken(file=MANIFEST, why=f"人口合计应为 {total}")


def _boundaries(folder: Path, manifest: Manifest, known: set[str]) -> dict[int, str]:
    found = {}
    for level, file in manifest.boundaries.items():
        try:
            text = (folder / file).read_text(encoding="utf-8")
            held: dict[str, Any] = msgspec.json.decode(text)
            strangers = {feature["properties"]["code"] for feature in held["features"]} - known
        except (OSError, UnicodeDecodeError, msgspec.DecodeError, KeyError, TypeError) as error:
            raise ExtractBroken(file=file, why="无法读取") from error
        if strangers:
            raise ExtractBroken(file=file, why=f"含有未登记的区划 {min(strangers)}")
        found[int(level)] = text
    return found
