"""Two real counties of Sichuan with a few townships and villages: enough places to implement matters in."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from shudao.foundation.regions import api as regions

WUHOU, GUANGAN = "510107000000", "511602000000"
_KEPT = {"510000000000", "510100000000", "511600000000", WUHOU, GUANGAN}
_EACH = 2


def two_counties(folder: Path) -> Path:
    """Write an extract of the room of regions' own data, in the format that it loads."""
    with (regions.SICHUAN / "divisions.csv").open(encoding="utf-8", newline="") as file:
        upper = [row for row in csv.DictReader(file) if row["counted"] == "1"]
    towns: list[dict[str, str]] = []
    for county in (WUHOU, GUANGAN):
        towns += [row for row in upper if row["level"] == "4" and row["parent"] == county][:_EACH]
    with (regions.SICHUAN / "villages.csv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    villages: list[dict[str, str]] = []
    for town in towns:
        villages += [row for row in every if row["code"].startswith(town["code"][:9])][:_EACH]
    kept = [row for row in upper if row["code"] in _KEPT]
    folder.mkdir(parents=True, exist_ok=True)
    _csv(folder / "divisions.csv", kept + towns)
    _csv(folder / "villages.csv", villages)
    _csv(
        folder / "prefectures.csv",
        [
            {"code": "510100000000", "zone": "west", "population": "300"},
            {"code": "511600000000", "zone": "east", "population": "100"},
        ],
    )
    manifest = {
        "format": "shudao-divisions/1",
        "province": "510000000000",
        "edition": "two counties",
        "counts": {"1": 1, "2": 2, "3": 2, "4": len(towns), "5": len(villages)},
        "uncounted": 0,
        "population": 400,
        "zones": [
            {"code": "west", "name": "西部经济区", "name_en": "Western Zone"},
            {"code": "east", "name": "东部经济区", "name_en": "Eastern Zone"},
        ],
        "boundaries": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return folder


def _csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
