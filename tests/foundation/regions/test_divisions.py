"""What other rooms ask of divisions, on a made-up province."""

from __future__ import annotations

from typing import Any

import pytest

from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import DivisionCodeInvalid, DivisionNotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hill_city")]


def test_a_division_says_what_it_is() -> None:
    found = regions.get("500101000000")
    assert (found.name.zh, found.name.en, found.level) == ("上坝区", "Upper Flats District", 3)
    assert (found.parent, found.zone, found.counted) == ("500100000000", "north", True)
    assert regions.get("500101001001").name.zh == "水井坊社区居委会"
    assert regions.get("500101400000").counted is False


def test_an_unknown_code_and_a_bad_code_are_told_apart() -> None:
    with pytest.raises(DivisionNotFound):
        regions.get("500199000000")
    with pytest.raises(DivisionNotFound):
        regions.get("500101001999")
    with pytest.raises(DivisionCodeInvalid):
        regions.get("5001")


def test_upper_divisions_cost_no_query_once_one_was_asked_for(django_assert_num_queries: Any) -> None:
    regions.get("500000000000")
    with django_assert_num_queries(0):
        assert [one.name.zh for one in regions.ancestors("500101100000")] == ["山城市", "江北地区", "上坝区", "桥头镇"]
        assert [one.code for one in regions.children("500100000000")] == ["500101000000", "500102000000"]
        assert len(regions.find(["500101000000", "500201200000", "500000000000"])) == 3
        assert len(regions.divisions(level=4, below="500101000000")) == 3
        assert regions.population("500100000000") == 1200


def test_a_village_costs_one_query_with_all_its_ancestors(django_assert_num_queries: Any) -> None:
    regions.get("500000000000")
    with django_assert_num_queries(1):
        assert [one.level for one in regions.ancestors("500201200200")] == [1, 2, 3, 4, 5]
    with django_assert_num_queries(1):
        found = regions.find(["500101001001", "500101100200", "500201200200", "500101000000", "599999999999"])
    assert len(found) == 4


def test_counts_leave_out_what_is_no_government() -> None:
    assert regions.counts() == {1: 1, 2: 2, 3: 3, 4: 3, 5: 4}
    assert len(regions.divisions(level=4)) == 4
    assert [one.code for one in regions.children("500101001000")] == ["500101001001"]


def test_a_search_finds_the_exact_name_first_then_beginnings() -> None:
    assert [one.name.zh for one in regions.search("上坝")] == ["上坝区", "上坝县"]
    assert regions.search("桥头镇")[0].code == "500101100000"
    assert [one.name.zh for one in regions.search("flats")] == ["上坝区", "下坝区", "上坝县"]
    assert [one.code for one in regions.search("云上", level=5)] == ["500201200200"]
    assert len(regions.search("坝", limit=2)) == 2
    assert regions.search("  ") == []


@pytest.mark.parametrize("text", ["%", "_", "'; drop table regions_division; --", "\\", "坝\x00", "\ud800"])
def test_a_search_takes_signs_for_signs(text: str) -> None:
    assert regions.search(text) == []


def test_population_is_kept_for_the_province_and_prefectures_only() -> None:
    assert regions.population("500000000000") == 1500
    assert regions.population("500101000000") is None


def test_a_hall_serves_whoever_has_none_of_their_own() -> None:
    hall = regions.hall_of("500101001001")
    assert hall is not None
    assert hall.name.zh == "上坝区政务服务中心"
    assert regions.hall_of("600101001001") is None


def test_a_place_of_service_is_found_by_its_code_and_by_its_division() -> None:
    (station,) = regions.service_points("500101100200")
    assert station.name.zh == "跳蹬村便民服务站"
    assert regions.service_point(station.code) == station
    assert regions.service_points("500101400000") == []
    for code in ("V500101100999", "T500101400000", "H500101100200", "x"):
        with pytest.raises(DivisionNotFound):
            regions.service_point(code)


def test_all_places_below_a_division_cost_two_queries_however_many(django_assert_max_num_queries: Any) -> None:
    regions.get("500000000000")
    with django_assert_max_num_queries(2):
        points = regions.service_points("500000000000", below=True)
    assert len(points) == 6 + 3 + 4
    assert [point.kind for point in regions.service_points("500201000000", below=True)] == [
        "hall",
        "township",
        "village",
    ]


def test_zones_and_outlines_are_told_in_both_languages() -> None:
    assert [(zone.code, zone.name.en) for zone in regions.zones()] == [("north", "Northern Zone")]
    outlines = regions.boundaries(2)
    assert outlines["note"] == "示意图"
    assert outlines["features"][0]["properties"]["name_en"] == "North Bank"
    assert regions.boundaries(3)["features"] == []
