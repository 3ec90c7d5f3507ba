"""What goes into a spreadsheet must not run in it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.faces.design.exports import csv_response, lines, safe_cell


@pytest.mark.parametrize(
    "dangerous",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("http://x")', "＝1", "＋1", "＠x"],
)
def test_a_formula_is_written_as_text(dangerous: str) -> None:
    assert safe_cell(dangerous) == "'" + dangerous


@pytest.mark.parametrize(
    ("given_", "written"), [("结婚登记", "结婚登记"), (None, ""), (-5, "-5"), (True, "True"), ("a=b", "a=b")]
)
def test_ordinary_cells_stay_as_they_are(given_: object, written: str) -> None:
    assert safe_cell(given_) == written


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2)
    )
)
@settings(max_examples=100)
def test_no_cell_of_any_table_starts_a_formula(rows: list[list[str]]) -> None:
    text = "".join(lines(["a", "b"], rows)).removeprefix("\ufeff")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_the_file_carries_a_mark_for_chinese_and_its_own_name() -> None:
    answer = csv_response("我的办件", ["编号"], [["1"]])
    assert b"".join(answer.streaming_content) == "\ufeff编号\r\n1\r\n".encode()
    assert "filename*=UTF-8''%E6%88%91%E7%9A%84%E5%8A%9E%E4%BB%B6.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
