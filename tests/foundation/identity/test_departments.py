"""Bodies are generated for every division and found by kind and place."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import UnknownDepartment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hill_city")]
# 1 province and 2 prefectures with 25 kinds, 3 counties with 24, 3 townships, 4 villages.
EXPECTED = 3 * 25 + 3 * 24 + 3 + 4


def test_every_division_that_is_a_government_has_its_bodies(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(identity.departments()) == EXPECTED
    call_command("identity", "load-departments")
    assert capsys.readouterr().out.splitlines()[-1] == f"departments {EXPECTED}"
    assert len(identity.departments()) == EXPECTED


def test_a_body_is_found_by_its_code_and_its_code_by_rule() -> None:
    code = identity.department_code("ga", "500100000000")
    found = identity.department(code)
    assert (found.name.zh, found.name.en) == ("江北地区公安局", "North Bank Public Security Bureau")
    assert (found.kind, found.division, found.level) == ("ga", "500100000000", 2)
    with pytest.raises(UnknownDepartment):
        identity.department("115199510000000000")


def test_the_responsible_body_is_the_place_s_own_or_the_nearest_above() -> None:
    def responsible(kind: str, division: str) -> str | None:
        found = identity.responsible(kind, division)
        return found and found.name.zh

    assert responsible("mz", "500101001001") == "上坝区民政局"
    assert responsible("gjj", "500101000000") == "江北地区住房公积金管理中心"
    assert responsible("zf", "500101001001") == "桥头街道办事处"
    assert responsible("zf", "500101000000") is None
    assert responsible("cun", "500201200200") == "云上村村民委员会"


def test_many_bodies_cost_one_query(django_assert_num_queries: Any) -> None:
    codes = [identity.department_code(kind, "500101000000") for kind in ("ga", "mz", "jy")]
    with django_assert_num_queries(1):
        found = identity.find_departments([*codes, "unknown"])
    assert sorted(found) == sorted(codes)


def test_bodies_are_listed_by_place_kind_and_level() -> None:
    assert len(identity.departments(division="500101000000")) == 24
    assert [one.level for one in identity.departments(kind="sj")] == [1, 2, 3, 3, 2, 3]
    assert {one.kind for one in identity.departments(level=4)} == {"zf"}
