"""Rules judged in SQL agree with the same rules written out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from demo.numbers import credit_code, resident_ids, wrong_check
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.rules import contract, judging

TODAY = date(2026, 11, 24)


def small(columns: list[dict[str, Any]], key: str = "id") -> DatasetContract:
    return contract.read(
        {
            "code": "small",
            "title": {"zh": "小"},
            "version": 1,
            "owner": {"kind": "ga", "division": "510000000000"},
            "key": [key],
            "subject": "id",
            "cycle": "2",
            "sensitivity": 4,
            "columns": [{"name": "id", "title": {"zh": "号"}, "identifier": "resident"}, *columns],
        }
    )


def judge(contract: DatasetContract, rows: list[tuple[str | None, ...]]) -> list[list[str]]:
    """Return each row's broken rules."""
    names = [judging.LINE, *(column.name for column in contract.columns)]
    columns = [pa.array(range(1, len(rows) + 1), pa.int64())]
    columns += [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    connection = duckdb.connect(":memory:")
    connection.register("source", pa.table(columns, names))
    sql = judging.staged(contract, today=TODAY, dialect="duckdb")
    found = connection.execute(f"SELECT {judging.REASONS} FROM ({sql}) ORDER BY {judging.LINE}").fetchall()  # noqa: S608
    return [reasons for (reasons,) in found]


def values(column: dict[str, Any], *given: str | None) -> list[list[str]]:
    """Judge values of one column, each with another subject."""
    made = small([{"name": "value", "title": {"zh": "值"}, **column}])
    return judge(made, [(f"id{number}", value) for number, value in enumerate(given)])


def test_a_required_value_may_be_neither_missing_nor_blank() -> None:
    assert values({"required": True}, "x", None, "", "  ") == [[], *[["value.required"]] * 3]


def test_a_pattern_has_to_match_the_whole_value() -> None:
    assert values({"pattern": "51[0-9]{2}"}, "5101", " 5101 ", "51011", "x5101", None) == [
        [],
        [],
        ["value.pattern"],
        ["value.pattern"],
        [],
    ]


def test_a_pattern_with_alternatives_is_anchored_as_a_whole() -> None:
    assert values({"pattern": "a|b"}, "a", "ax", "xb") == [[], ["value.pattern"], ["value.pattern"]]


def test_a_code_has_to_be_in_the_list_and_a_quote_does_no_harm() -> None:
    assert values({"values": ["男", "o'neill"]}, "男", "o'neill", "女", "'); DROP TABLE source; --") == [
        [],
        [],
        ["value.code_list"],
        ["value.code_list"],
    ]


def test_dates_have_to_exist_and_lie_in_range() -> None:
    column = {"kind": "date", "range": ["1900-01-01", "today"]}
    assert values(column, "2026-11-24", "2026-11-25", "1899-12-31", "2026-02-29", "2026-2-1", "soon", None) == [
        [],
        ["value.range"],
        ["value.range"],
        ["value.type"],
        ["value.type"],
        ["value.type"],
        [],
    ]


def test_integers_have_to_be_whole_and_in_range() -> None:
    column = {"kind": "integer", "range": ["0", "100"]}
    assert values(column, "0", "100", "101", "-1", "1.5", "9" * 30, "１") == [
        [],
        [],
        ["value.range"],
        ["value.range"],
        ["value.type"],
        ["value.type"],
        ["value.type"],
    ]


def test_the_first_row_of_a_key_is_good_and_later_ones_say_so() -> None:
    rows = [("b", "1"), ("a", "2"), ("B ", "3"), ("a", "4")]
    assert judge(small([{"name": "value", "title": {"zh": "值"}}]), rows) == [[], [], ["key.unique"], ["key.unique"]]


def test_a_row_tells_every_rule_that_it_breaks_in_order() -> None:
    made = small(
        [
            {"name": "one", "title": {"zh": "一"}, "required": True},
            {"name": "two", "title": {"zh": "二"}, "kind": "date", "values": ["never"]},
        ]
    )
    assert judge(made, [("a", "", "x")]) == [["one.required", "two.type", "two.code_list"]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.dates(date(1900, 1, 1), TODAY), st.booleans(), st.integers(0, 3))))
def test_check_digits_of_resident_ids_agree_with_an_independent_library(people: list[tuple[Any, ...]]) -> None:
    make = resident_ids()
    given = ["11010519491231002X", "519901200013010015", "51990119900517002", "x" * 18]
    for county, born, female, damage in people[:50]:
        number = make(county, born, female)
        given.append((number, wrong_check(number), number[:17] + "*", number.lower())[damage])
    expected = []
    for number in given:
        text = number.upper()
        right = len(text) == 18 and text[:17].isdigit() and text[17] in "0123456789X"
        right = right and ric.calc_check_digit(text) == text[17] and _is_day(text[6:14])
        expected.append([] if right else ["value.check_digit"])
    assert values({"check": "resident", "identifier": "resident"}, *given) == expected


def _is_day(text: str) -> bool:
    try:
        return bool(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        return False


def test_check_characters_of_credit_codes_agree_with_an_independent_library() -> None:
    draw = Random(7)
    given = [credit_code(number) for number in range(0, 3000, 7)]
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    given += [code[:place] + draw.choice(alphabet) + code[place + 1 :] for code in given for place in (2, 9, 17)]
    given += ["I" * 18, "91519901MA0000007", "", "915199"]
    found = values({"check": "company", "identifier": "company"}, *given)
    expected = [[] if not code or _is_credit(code) else ["value.check_digit"] for code in given]
    assert found == expected


def _is_credit(code: str) -> bool:
    return len(code) == 18 and set(code) <= set(uscc._alphabet) and uscc.calc_check_digit(code[:-1]) == code[-1]


@pytest.mark.parametrize("days", [0, 1])
def test_today_in_a_range_is_the_day_of_the_delivery(days: int) -> None:
    made = small([{"name": "value", "title": {"zh": "值"}, "kind": "date", "range": ["", "today"]}])
    day = (TODAY + timedelta(days=days)).isoformat()
    assert judge(made, [("a", day)]) == [["value.range"] if days else []]
