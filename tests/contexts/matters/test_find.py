from __future__ import annotations

from typing import Any

import pytest

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import MatterNotOffered
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Invalid
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU

PROVINCE, PREFECTURE = "510000000000", "511600000000"


def _matters() -> list[dict[str, Any]]:
    return [
        raw(
            code="marriage",
            catalog_code="510702001000",
            name="结婚登记",
            name_en="Marriage registration",
            result_name="结婚证",
            result_name_en="Marriage certificate",
        ),
        raw(
            code="foreign-marriage",
            catalog_code="510702002000",
            name="涉外结婚登记",
            name_en="Marriage registration with a foreigner",
            levels=[2],
            hot=False,
        ),
        raw(
            code="old-age",
            catalog_code="510702003000",
            name="高龄津贴发放",
            name_en="Old-age allowance",
            levels=[4, 6],
            themes=["07"],
            events=["elderly"],
            hot=False,
            conditions="结婚登记与否不影响申请。",
        ),
        raw(
            code="company",
            catalog_code="510710001000",
            name="公司设立登记",
            name_en="Setting up a company",
            department_kind="sc",
            audience="company",
            server_type=["2"],
            themes=["16"],
            events=["company-setup"],
            levels=[2, 3, 4],
        ),
    ]


@pytest.fixture
def matters(load: Load) -> None:
    load(_matters())


@pytest.fixture
def village(matters: None) -> str:
    return api.choices("old-age", GUANGAN).items[-1].division


def _codes(page: Any) -> list[tuple[str, str]]:
    return [(row.code, row.division) for row in page.items]


def test_people_find_each_matter_at_the_nearest_place(village: str) -> None:
    found = api.find(division=village)
    assert _codes(found) == [
        ("marriage", GUANGAN),
        ("company", GUANGAN),
        ("foreign-marriage", PROVINCE),
        ("old-age", village),
    ]


def test_above_the_counties_one_finds_what_is_offered_there_and_higher(matters: None) -> None:
    assert _codes(api.find(division=PREFECTURE)) == [("company", PREFECTURE), ("foreign-marriage", PROVINCE)]


def test_what_only_lower_places_offer_can_be_shown_without_a_body(matters: None) -> None:
    found = {row.code: row for row in api.find(division=PREFECTURE, below=True).items}
    assert (found["marriage"].task_code, found["marriage"].division, found["marriage"].department) == ("", "", "")
    assert found["company"].task_code
    assert {row.division for row in api.choices("marriage", PREFECTURE).items} == {GUANGAN}


def test_a_matter_not_offered_here_is_refused(matters: None) -> None:
    assert api.offered_here("marriage", WUHOU)
    assert not api.offered_here("marriage", PREFECTURE)
    with pytest.raises(MatterNotOffered):
        api.implementation_at("marriage", PREFECTURE)


def test_the_exact_title_ranks_first_then_titles_then_contents(village: str) -> None:
    found = api.find(text="结婚登记", division=village)
    assert [row.code for row in found.items] == ["marriage", "foreign-marriage", "old-age"]
    assert found.total == 3


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("怎么办结婚证？", "marriage"),
        ("marriage registration", "marriage"),
        ("marri", "marriage"),
        ("Setting up a company", "company"),
        ("开公司", "company"),
        ("老年补贴", "old-age"),
        ("开公司要几天", "company"),
        ("高龄", "old-age"),
        ("  公司  ", "company"),
    ],
)
def test_people_find_a_matter_by_what_they_say(village: str, text: str, first: str) -> None:
    assert api.find(text=text, division=village).items[0].code == first
    assert api.suggest(text, village, 3)[0].code == first


@pytest.mark.parametrize("text", ["火星移民", "'\"; DROP TABLE", "AND OR NOT *", "，。！", "(结婚", "x" * 300])
def test_what_nothing_matches_gives_an_empty_page_or_a_match_and_never_an_error(village: str, text: str) -> None:
    found = api.find(text=text, division=village)
    assert found.total == len(found.items)


def test_filters_narrow_the_list(village: str) -> None:
    by: dict[str, dict[str, Any]] = {
        "company": {"audience": "company"},
        "old-age": {"event": "elderly"},
        "foreign-marriage": {"text": "涉外"},
    }
    for code, chosen in by.items():
        assert [row.code for row in api.find(division=village, **chosen).items] == [code]
    assert {row.code for row in api.find(division=village, theme="01").items} == {"marriage", "foreign-marriage"}
    assert {row.code for row in api.find(division=village, department_kind="sc").items} == {"company"}
    assert {row.code for row in api.find(division=village, hot=True).items} == {"marriage", "company"}
    both = api.find(division=village, audience="person", page=2, size=2)
    assert (both.total, both.pages, len(both.items)) == (3, 2, 1)


@pytest.mark.parametrize("field", ["theme", "event", "department", "department_kind"])
def test_a_filter_that_is_no_code_finds_nothing(village: str, field: str) -> None:
    for rubbish in ("\x00", "%", "^", "x" * 500):
        assert api.find(division=village, **{field: rubbish}).total == 0


def test_pages_out_of_range_are_refused(village: str) -> None:
    with pytest.raises(Invalid):
        api.find(division=village, page=0)
    with pytest.raises(Invalid):
        api.find(division=village, size=201)


def test_no_list_asks_the_database_more_when_it_is_longer(village: str, django_assert_max_num_queries: Any) -> None:
    regions.get(village)
    for text in ("", "结婚登记", "开公司", "没有的事"):
        for size in (1, 50):
            with django_assert_max_num_queries(4):
                api.find(text=text, division=village, below=True, size=size)
    with django_assert_max_num_queries(2):
        api.choices("old-age", PROVINCE)
    with django_assert_max_num_queries(1):
        assert api.departments_offering(village)


def test_department_figures_agree_with_the_list(village: str) -> None:
    listed = api.find(division=village).items
    assert sum(one.matters for one in api.departments_offering(village)) == len(listed)
    assert api.department_kinds(village) == {"mz": 3, "sc": 1}
    company = next(row for row in listed if row.code == "company")
    assert [row.code for row in api.of_department(company.department).items] == ["company"]
    assert api.of_department(company.department, text="结婚").total == 0


def test_the_assessment_reads_every_implementation_in_use(matters: None) -> None:
    rows = list(api.online_rows())
    assert len(rows) == api.counts()["implementations"] == 2 + 1 + (2 + 8) + (1 + 2 + 2)
    assert {row.division for row in api.online_rows(division=PREFECTURE)} <= {
        row.division for row in rows if row.division.startswith("5116")
    }
    assert rows == sorted(rows, key=lambda row: (row.division, row.task_code))
