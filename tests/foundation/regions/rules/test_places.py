"""Places of service are called after their division, and their code leads back to it."""

from __future__ import annotations

import pytest

from shudao.foundation.regions.contracts import Division
from shudao.foundation.regions.rules import places
from shudao.kernel.texts import Text

PROVINCE = Division("510000000000", Text("四川省", "Sichuan Province"), 1, None, "", True)
CHENGDU = Division("510100000000", Text("成都市", "Chengdu"), 2, PROVINCE.code, "chengdu-plain", True)
JINJIANG = Division("510104000000", Text("锦江区", "Jinjiang District"), 3, CHENGDU.code, "chengdu-plain", True)
STREET = Division("510104017000", Text("锦官驿街道", "Jinguanyi Subdistrict"), 4, JINJIANG.code, "chengdu-plain", True)
VILLAGE = Division(
    "510104017001", Text("水井坊社区居委会", "Shuijingfang Community"), 5, STREET.code, "chengdu-plain", True
)


def test_a_city_has_a_hall() -> None:
    hall = places.point([PROVINCE, CHENGDU])
    assert (hall.code, hall.kind) == ("H510100000000", "hall")
    assert hall.name == Text("成都市政务服务中心", "Chengdu Government Service Centre")
    assert hall.phone == ""


def test_a_village_has_a_station_at_the_end_of_its_address() -> None:
    station = places.point([PROVINCE, CHENGDU, JINJIANG, STREET, VILLAGE])
    assert (station.code, station.kind) == ("V510104017001", "village")
    assert station.name == Text("水井坊社区便民服务站", "Shuijingfang Community Public Service Station")
    assert station.address.zh == "四川省成都市锦江区锦官驿街道水井坊社区"
    assert station.address.en.startswith("Shuijingfang Community, Jinguanyi Subdistrict, Jinjiang District, Chengdu")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("水井坊社区居委会", "水井坊社区"),
        ("八宝街社区居民委员会", "八宝街社区"),
        ("跳蹬村委会", "跳蹬村"),
        ("大梁村村委会", "大梁村"),
        ("同福村村民委员会", "同福村"),
        ("茅蓬寺社区村委会", "茅蓬寺社区"),
        ("黄桷村村委员会", "黄桷村"),
        ("联合社区居民居委会", "联合社区"),
        ("白河牧场虚拟生活区", "白河牧场虚拟生活区"),
    ],
)
def test_a_committee_s_name_loses_only_the_committee(name: str, stem: str) -> None:
    assert places.committee_stem(name) == stem


@pytest.mark.parametrize("division", ["510000000000", "510104000000", "510104017000", "510104017001"])
def test_a_point_s_code_leads_back_to_its_division(division: str) -> None:
    level = {"510000000000": 1, "510104000000": 3, "510104017000": 4, "510104017001": 5}[division]
    assert places.division_of(places.code_of(division, level)) == division


@pytest.mark.parametrize("code", ["", "H", "510104000000", "T510104000000", "X510104017000", "V51010401700１"])
def test_a_code_of_the_wrong_letter_or_length_is_no_point(code: str) -> None:
    assert places.division_of(code) is None
