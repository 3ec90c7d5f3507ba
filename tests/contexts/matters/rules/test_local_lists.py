"""Rows of a province's own list: every planted defect is told, and none beside it."""

from __future__ import annotations

from typing import Any

import pytest

from shudao.contexts.matters.rules import local_lists, national_rows, values
from tests.contexts.matters.lists import BODY, row

CODE = row()["item_code"]
OLD = "00000000-5"


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"main_item": ""}, ["main-missing"]),
        ({"name": " "}, ["field-missing"]),
        ({"item_code": ""}, ["field-missing", "body-missing"]),
        ({"item_code": "G-000007-001-1"}, ["local-code", "body-missing"]),
        ({"item_code": CODE.replace("511F", "G")}, ["local-code"]),
        ({"item_code": CODE.replace("511F", "511Q")}, ["local-letter"]),
        ({"item_code": CODE.replace("511F0", "511F")}, ["local-item"]),
        ({"item_code": CODE.replace("511602000000", "511603000000")}, ["local-area"]),
        ({"item_code": CODE.replace("511F", "511A")}, ["type-letter"]),
        ({"item_code": CODE.replace(BODY, BODY[:17]), "dept_code": BODY[:17]}, ["body-one-short", "dept-code"]),
        ({"item_code": CODE.replace(BODY, OLD), "dept_code": OLD}, ["body-short", "dept-code"]),
        ({"item_code": CODE.replace(BODY, BODY[:-1] + "0")}, ["body-check", "dept-differs"]),
        ({"dept_code": ""}, ["dept-code"]),
        ({"dept_code": "91510100MA61TEST0X"}, ["dept-code"]),
        ({"task_type": "7"}, ["type-zero"]),
        ({"task_type": "77"}, ["type-letter", "type-unknown"]),
        ({"task_type_name": "行政许可"}, ["type-name"]),
        ({"area_code": "5116"}, ["area-code", "local-area"]),
        ({"name": "=cmd|' /C calc'!A0"}, ["formula"]),
        ({"name": "测试\u202e登记"}, ["field-characters"]),
        ({"department": "测试\x07局"}, ["field-characters"]),
    ],
)
def test_every_defect_is_told_and_nothing_else(changes: dict[str, str], rules: list[str]) -> None:
    found = local_lists.findings(row(**changes))
    assert sorted(one.rule for one in found) == sorted(rules)


def test_nothing_of_a_row_is_lost() -> None:
    odd = row(name="=x", item_code="?", main_item="\x00")
    assert local_lists.listed(7, odd).values == odd


def test_a_finding_shows_no_character_that_acts() -> None:
    (found,) = local_lists.findings(row(name="测试\x1b[31m"))
    assert found.given.isprintable()


def test_every_rule_has_its_words() -> None:
    words = values.choices("import_rule")
    assert all(one.label.en for one in words)
    assert {one.value for one in words} >= national_rows.REFUSING


@pytest.mark.parametrize("length", [10_000, 1_000_000])
def test_long_cells_are_bounded(length: int) -> None:
    one = local_lists.listed(1, row(name="名" * length, item_code="5" * length))
    assert (len(one.name), len(one.code), len(one.key)) == (1000, 200, 200)
    found: list[Any] = local_lists.findings(row(item_code="5" * length))
    assert all(len(each.given) <= 200 for each in found)
