"""A resident ID that stands where it would lie open is found, in text and in numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.numbers import resident_ids, wrong_check
from shudao.contexts.pool.adapters import exposure
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.rules import contract, exposed

MAKE = resident_ids()
NUMBER = MAKE(1, date(1990, 1, 1), False)


def made() -> DatasetContract:
    columns: list[dict[str, Any]] = [
        {"name": "id", "title": {"zh": "号"}, "identifier": "resident"},
        {"name": "note", "title": {"zh": "注"}},
        {"name": "size", "title": {"zh": "数"}, "kind": "integer"},
        {"name": "name", "title": {"zh": "名"}, "identifying": True},
    ]
    base = {"code": "small", "title": {"zh": "小"}, "version": 1, "owner": {"kind": "ga", "division": "510000000000"}}
    return contract.read(base | {"key": ["id"], "subject": "id", "cycle": "2", "sensitivity": 4, "columns": columns})


@settings(max_examples=40, deadline=None)
@given(st.dates(date(1851, 1, 1), date(2026, 1, 1)), st.booleans(), st.text("号码:ab 0", max_size=5), st.booleans())
def test_one_in_a_text_is_found(born: date, female: bool, around: str, lower: bool) -> None:
    number = resident_ids()(1, born, female)
    text = around.rstrip("0") + (number.lower() if lower else number) + around.lstrip("0")
    assert exposed.names_somebody(text)
    assert not exposed.names_somebody(
        text.replace(number, wrong_check(number)).replace(number.lower(), wrong_check(number))
    )


@pytest.mark.parametrize(
    "text",
    ["", NUMBER[:17], f"1{NUMBER}", f"{NUMBER}1", wrong_check(NUMBER), "519901199013010015", "91519901MA00000079"],
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert not exposed.names_somebody(text)


def test_rows_are_found_in_open_columns_however_they_came() -> None:
    digits = next(one for serial in range(1, 400) if (one := MAKE(2, date(1980, 1, 1), bool(serial % 2))).isdigit())
    notes = ["", None, f"见 {NUMBER}", "短", NUMBER, wrong_check(NUMBER)]
    sizes = [1, None, 2, int(digits), 10**17, -5]
    subjects, names = [NUMBER] * 6, [NUMBER] * 6
    for text in (pa.array(notes, pa.string()), pa.array(notes, pa.string()).dictionary_encode()):
        table = pa.table({"id": subjects, "note": text, "size": pa.array(sizes, pa.int64()), "name": names})
        assert exposure.rows(table, made()).tolist() == [2, 3, 4]
        assert exposure.rows(table.slice(3), made()).tolist() == [0, 1]
    assert exposure.rows(pa.table({"id": subjects, "name": names}), made()).tolist() == []
    assert (
        exposure.rows(pa.table({"note": pa.array([], pa.string()), "size": pa.array([], pa.int64())}), made()).size == 0
    )
