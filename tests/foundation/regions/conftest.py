"""Divisions for tests: two made-up provinces small enough to load in each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shudao.foundation.regions import api as regions

UPPER = """\
code,name,name_en,level,parent,counted
500000000000,山城市,Hill City,1,,1
500100000000,江北地区,North Bank,2,500000000000,1
500200000000,江南地区,South Bank,2,500000000000,1
500101000000,上坝区,Upper Flats District,3,500100000000,1
500102000000,下坝区,Lower Flats District,3,500100000000,1
500201000000,上坝县,Upper Flats County,3,500200000000,1
500101001000,桥头街道,Qiaotou Subdistrict,4,500101000000,1
500101100000,桥头镇,Qiaotou Town,4,500101000000,1
500101400000,红岩林场,Hongyan Forest Farm,4,500101000000,0
500201200000,云上乡,Yunshang Township,4,500201000000,1
"""
VILLAGES = """\
code,name,name_en
500101001001,水井坊社区居委会,Shuijingfang Community
500101100200,跳蹬村委会,Tiaodeng Village
500101400598,红岩林场生活区,
500201200200,云上村村民委员会,Yunshang Village
"""
PREFECTURES = "code,zone,population\n500100000000,north,1200\n500200000000,,300\n"
OUTLINES = {
    "type": "FeatureCollection",
    "note": "示意图",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "500100000000", "name": "江北地区", "name_en": "North Bank"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[[106, 29], [107, 29], [107, 30], [106, 29]]]]},
        }
    ],
}
MANIFEST = {
    "format": "shudao-divisions/1",
    "province": "500000000000",
    "edition": "made up",
    "counts": {"1": 1, "2": 2, "3": 3, "4": 3, "5": 4},
    "uncounted": 1,
    "population": 1500,
    "zones": [{"code": "north", "name": "北部经济区", "name_en": "Northern Zone"}],
    "boundaries": {"2": "prefectures.geojson"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in the documented format, for a test to spoil."""
    place = tmp_path / "hill-city"
    place.mkdir()
    (place / "divisions.csv").write_text(UPPER, encoding="utf-8")
    (place / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    (place / "prefectures.csv").write_text(PREFECTURES, encoding="utf-8")
    (place / "prefectures.geojson").write_text(json.dumps(OUTLINES), encoding="utf-8")
    write_manifest(place)
    return place


def write_manifest(place: Path, **changed: object) -> None:
    (place / "manifest.json").write_text(json.dumps(MANIFEST | changed), encoding="utf-8")


@pytest.fixture
def hill_city(folder: Path, db: None) -> None:
    """The made-up province, loaded."""
    regions.load(folder)
