"""Bodies of every division: which exist, what they are called, and that no two share a code."""

from __future__ import annotations

import pytest

from shudao.foundation.identity.rules import credit_codes, kinds


def called(code: str, place: str, level: int) -> str:
    return kinds.name(kinds.BY_CODE[code], place=place, level=level)


def test_upper_levels_have_all_but_the_local_kinds() -> None:
    assert len(kinds.at(1)) == len(kinds.at(2)) == 25
    assert {kind.code for kind in kinds.at(2)} - {kind.code for kind in kinds.at(3)} == {"gjj"}
    assert [kind.code for kind in kinds.at(4)] == ["zf"]
    assert [kind.code for kind in kinds.at(5)] == ["cun"]


@pytest.mark.parametrize(
    ("code", "place", "level", "expected"),
    [
        ("ga", "四川省", 1, "四川省公安厅"),
        ("ga", "成都市", 2, "成都市公安局"),
        ("wj", "成都市", 2, "成都市卫生健康委员会"),
        ("wj", "锦江区", 3, "锦江区卫生健康局"),
        ("gjj", "四川省", 1, "四川省省级住房公积金管理中心"),
        ("zf", "锦官驿街道", 4, "锦官驿街道办事处"),
        ("zf", "桥头镇", 4, "桥头镇人民政府"),
        ("cun", "水井坊社区居委会", 5, "水井坊社区居民委员会"),
        ("cun", "跳蹬村委会", 5, "跳蹬村村民委员会"),
        ("cun", "大梁村村委会", 5, "大梁村村民委员会"),
        ("cun", "茅蓬寺社区村委会", 5, "茅蓬寺社区村民委员会"),
        ("cun", "团结社区居民委员", 5, "团结社区居民委员会"),
        ("cun", "白河牧场虚拟生活区", 5, "白河牧场虚拟生活区"),
    ],
)
def test_bodies_are_called_as_people_know_them(code: str, place: str, level: int, expected: str) -> None:
    assert called(code, place, level) == expected


@pytest.mark.parametrize(
    ("code", "place", "level", "expected"),
    [
        ("ga", "Chengdu", 2, "Chengdu Public Security Bureau"),
        ("ga", "Sichuan Province", 1, "Sichuan Department of Public Security"),
        ("fg", "Chengdu", 2, "Chengdu Development and Reform Commission"),
        ("mz", "Jinjiang District", 3, "Jinjiang District Civil Affairs Bureau"),
        ("zf", "Qiaotou Town", 4, "Qiaotou Town People's Government"),
        ("zf", "Jinguanyi Subdistrict", 4, "Jinguanyi Subdistrict Office"),
        ("cun", "Tiaodeng Village", 5, "Tiaodeng Village Committee"),
        ("cun", "", 5, ""),
    ],
)
def test_bodies_have_english_names(code: str, place: str, level: int, expected: str) -> None:
    assert kinds.name_en(kinds.BY_CODE[code], place=place, level=level) == expected


def test_codes_are_valid_distinct_and_the_same_for_ever() -> None:
    places = ["510000000000", "500000000000", "510100000000", "511000000000", "510104000000", "510104017000"]
    codes = [kinds.code(kind, place) for kind in kinds.KINDS for place in places]
    assert len(set(codes)) == len(codes)
    assert all(credit_codes.is_valid(code) and code[2:6] == "5199" for code in codes)
    assert kinds.code(kinds.BY_CODE["ga"], "510100000000") == "11519951003F8N8E1G"


def test_a_code_begins_with_what_kind_of_body_it_is() -> None:
    begins = {
        (kind, place): kinds.code(kinds.BY_CODE[kind], place)[:2]
        for kind, place in [
            ("ga", "510100000000"),
            ("gjj", "510100000000"),
            ("cl", "510100000000"),
            ("cun", "510104017001"),
            ("cun", "510104017200"),
        ]
    }
    assert list(begins.values()) == ["11", "12", "13", "55", "54"]


def test_every_kind_has_a_title_in_both_languages_and_in_the_same_order() -> None:
    assert list(kinds.TITLES) == sorted(kinds.TITLES, key=[kind.code for kind in kinds.KINDS].index)
    assert set(kinds.TITLES) == set(kinds.BY_CODE)
    assert all(title.zh and title.en.isascii() for title in kinds.TITLES.values())
