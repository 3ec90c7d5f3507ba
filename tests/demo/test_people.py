"""The demo's people are the same everywhere, belong to nobody, and carry the errors that were planted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from stdnum.cn import ric, uscc

from demo import people, populations
from demo.places import places

PLACES = places(
    [
        ("510000000000", "四川省"),
        ("510100000000", "成都市"),
        ("510104000000", "锦江区"),
        ("510104017000", "锦官驿街道"),
        ("510104017001", "水井坊社区居委会"),
        ("511600000000", "广安市"),
        ("511602000000", "广安区"),
        ("511602001001", "某社区居委会"),
        ("519999000000", "没有城市的地方"),
    ]
)


@pytest.fixture(scope="module")
def world() -> people.World:
    return people.make(places=PLACES, people=3000, marriages=400, companies=300)


def test_only_villages_with_their_city_and_county_are_lived_in() -> None:
    assert [place.address for place in PLACES] == [
        "四川省成都市锦江区锦官驿街道水井坊社区居委会",
        "四川省广安市广安区某社区居委会",
    ]


def test_the_same_seed_gives_the_same_world_and_stories_do_not_depend_on_its_size(world: people.World) -> None:
    again = people.make(places=PLACES, people=3000, marriages=400, companies=300)
    assert again == world
    stories = people.demo_people(PLACES)
    assert world.people[: len(stories)] == stories
    assert world.companies[0] == people.demo_company(PLACES)
    assert dict(people.roles(stories))["applicant"].name == "王秀兰"


def test_every_number_is_right_unique_and_unallocated(world: people.World) -> None:
    numbers = [person.resident_id for person in world.people]
    assert len(set(numbers)) == len(numbers) == 3000
    for person in world.people:
        number = person.resident_id
        assert number.startswith("5199")
        assert ric.calc_check_digit(number) == number[-1]
        assert number[6:14] == person.born.strftime("%Y%m%d")
        assert (int(number[16]) % 2 == 0) is person.female
    codes = [company.code for company in world.companies]
    assert len(set(codes)) == len(codes) == 300
    assert all(uscc.is_valid(code) and code.startswith("915199") for code in codes)


def test_marriages_join_two_adults_who_name_each_other(world: people.World) -> None:
    assert len(world.marriages) == 400
    for marriage in world.marriages:
        one, other = world.people[marriage.one], world.people[marriage.other]
        assert (one.spouse, other.spouse) == (other.index, one.index)
        assert one.household == other.household
        assert min(one.born, other.born) < marriage.registered <= people.TODAY
        assert date(marriage.registered.year - 18, 1, 1) > max(one.born, other.born)


def test_companies_are_led_by_adults(world: people.World) -> None:
    assert all(people.TODAY.year - world.people[company.representative].born.year >= 20 for company in world.companies)


@pytest.mark.parametrize("kind", ["parquet", "csv", "gb18030"])
def test_files_hold_every_row_and_a_small_share_of_errors(world: people.World, tmp_path: Path, kind: str) -> None:
    written = populations.write(world, tmp_path, kind=kind)
    assert written.rows == {"population": 3000, "marriage": 800, "company-licences": 300}
    assert 5 <= written.planted["population"] <= 40
    if kind == "parquet":
        assert pq.read_metadata(written.files["marriage"]).num_rows == 800
    else:
        lines = written.files["marriage"].read_text("utf-8" if kind == "csv" else kind).splitlines()
        assert len(lines) == 801


def test_the_people_of_the_stories_carry_no_error(world: people.World, tmp_path: Path) -> None:
    written = populations.write(world, tmp_path)
    rows = pq.read_table(written.files["population"]).slice(0, 12).to_pylist()
    assert [row["resident_id"] for row in rows] == [person.resident_id for person in world.people[:12]]
    assert all(row["name"] and row["ethnicity"] != "未知族" for row in rows)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        people.make(places=PLACES, people=20, marriages=400)
