"""Resident IDs judged in SQL: every day of the calendar, every check character, and what only looks like a number."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from stdnum.cn import ric

from shudao.contexts.pool.adapters import residents
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.rules import check_digits, terms

TODAY = date(2026, 11, 24)
NOTHING = DatasetContract.__new__(DatasetContract)
PROVINCES = {"11", "31", "51", "65", "71", "83"}


def verdicts(numbers: list[str], *, test_numbers: bool = True) -> list[bool]:
    """What the query says where it reckons everything; it says the same of numbers reckoned for whole columns."""
    given = pa.table({"v": pa.array(numbers, pa.string()), "n": range(len(numbers))})
    scope = terms.Scope(NOTHING, TODAY, test_numbers=test_numbers)
    right = check_digits.resident(scope, "v").sql("duckdb")
    born = check_digits.born("v").sql("duckdb")
    rows = check_digits.numbered(exp.select("*").from_("given"), ["v"]).sql("duckdb")
    with duckdb.connect(":memory:") as connection:
        connection.register("given", given)
        found = connection.execute(f"SELECT {right}, {born} FROM ({rows}) ORDER BY n").fetchall()  # noqa: S608
        for column in (given.column("v"), given.column("v").dictionary_encode()):
            table = given
            for helper, values in residents.numbers(column, "v").items():
                table = table.append_column(helper, values)
            connection.register("reckoned", table)
            again = connection.execute(f"SELECT {right}, {born} FROM reckoned ORDER BY n").fetchall()  # noqa: S608
            assert again == found
    return [row[0] for row in found]


def is_right(number: str) -> bool:
    """The rule written out, character by character."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()) or number[:2] not in PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return date(1850, 1, 1) <= born <= TODAY and ric.calc_check_digit(number) == number[17]


def closed(head: str) -> str:
    """Return the head with its right check character."""
    return head + str(ric.calc_check_digit(head + "0"))


def test_every_day_that_there_is_and_no_other() -> None:
    years = (1849, 1850, 1900, 1904, 1996, 1999, 2000, 2023, 2024, 2026, 2027)
    days = [f"{year}{month:02d}{day:02d}" for year in years for month in range(14) for day in range(33)]
    numbers = [closed(f"519901{day}{place % 1000:03d}") for place, day in enumerate(days)]
    assert verdicts(numbers) == [is_right(number) for number in numbers]


PEOPLE = st.tuples(
    st.sampled_from(sorted(PROVINCES)), st.integers(0, 9999), st.dates(date(1851, 1, 1), TODAY), st.integers(0, 999)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=20))
def test_one_check_character_of_eleven_is_right(people: list[tuple[str, int, date, int]]) -> None:
    heads = [f"{province}{county:04d}{born:%Y%m%d}{serial:03d}" for province, county, born, serial in people]
    numbers = [head + end for head in heads for end in (*"0123456789X", *"xYe. ", "", "00")]
    found = verdicts(numbers)
    assert found == [is_right(number) for number in numbers]
    assert sum(found) == len(heads)


@pytest.mark.parametrize(
    "number",
    [
        *("1234567890123e4", "1234567890123e40", "1234567890123E4X", "5199011990010e401", "9e17", "99999999999999e3X"),
        *("0x2386F26FC10000X", "0x2386F26FC100001X", "0xFFFFFFFFFFFFFFF00", "+51990119900100001", "-5199011990010000"),
        *("519901199001.00019", "5199_1199001000019", "51990119900100001.", "５１９９０１１９９００１０００１９", ""),
        *("0" * 18, "9" * 18, "9" * 19, "9" * 40, "X" * 18, " 51990119900100001", "\0" * 18, "519901199001\n00019"),
    ],
)
def test_what_only_looks_like_a_number_is_none(number: str) -> None:
    assert verdicts([number, closed("51990119900101001")]) == [False, True]


def test_people_who_are_generated_pass_only_where_they_may() -> None:
    numbers = [closed("51990119900101001"), closed("51010719900101001")]
    assert verdicts(numbers, test_numbers=False) == [False, True]
