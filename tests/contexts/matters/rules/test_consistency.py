from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shudao.contexts.matters.contracts import Fee, TimeLimit
from shudao.contexts.matters.rules.consistency import check, check_phones
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import item

FEE = Fee(Text("工本费", "Fee"), Text("9 元", "9 yuan"), Fen(900), ("tst:1",))


def test_a_matter_that_keeps_every_rule_has_no_findings() -> None:
    assert check(item()) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("0", {"catalog_code": "510902900000"}),
        ("0", {"catalog_code": "510703900000"}),
        ("0", {"catalog_code": "51070290000"}),
        ("0", {"themes": ("99",)}),
        ("0", {"depth": ()}),
        ("0", {"by_law": ()}),
        ("1", {"promised": TimeLimit(0, "1")}),
        ("1", {"project_type": "1"}),
        ("2", {"result_name": Text("关于某事的批复", "Reply")}),
        ("2", {"result_type": "3", "result_licence_type": ""}),
        ("3", {"tier": 2, "visits": 1}),
        ("3", {"visits_reason": Text("须面签", "Sign in person")}),
        ("4", {"tier": 2, "handle_type": ("1",)}),
        ("5", {"visits": 1, "visits_reason": Text("须面签", "Sign in person")}),
        ("5", {"tier": 3, "visits": 2, "visits_reason": Text("须面签", "Sign in person")}),
        ("5", {"depth": ("1", "2")}),
        ("6", {"is_pay_online": True}),
        ("6", {"fees": (replace(FEE, by_law=()),)}),
        ("6", {"fees": (replace(FEE, amount=Fen(-1)),)}),
        ("8", {"audience": "company"}),
        ("8", {"themes": ("16", "22")}),
        ("10", {"result_name": Text("")}),
        ("10", {"result_licence_type": ""}),
        ("11", {"promised": TimeLimit(21, "1")}),
    ],
)
def test_each_broken_rule_is_named(rule: str, changes: dict[str, Any]) -> None:
    assert rule in {broken.rule for broken in check(item(**changes))}


def test_a_licence_needs_a_question_and_every_step() -> None:
    licence = item(catalog_code="510102900000", task_type="01", questions=())
    assert [broken.field for broken in check(licence) if broken.rule == "9"] == ["questions", "flow"]


def test_each_material_needs_its_basis_and_a_code_of_its_own() -> None:
    paper = item().materials[0]
    broken = check(item(materials=(paper, replace(paper, by_law=()))))
    assert {one.rule for one in broken} == {"0", "11"}


def test_limits_in_different_units_are_not_compared() -> None:
    assert check(item(promised=TimeLimit(30, "2"))) == []


def test_phones_are_two_and_carry_their_area_code() -> None:
    assert check_phones("0826-2345678", "0826-12345") == []
    assert [one.field for one in check_phones("2345678", "2345678")] == ["phone", "phone", "complaint_phone"]
