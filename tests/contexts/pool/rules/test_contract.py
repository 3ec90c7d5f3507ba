"""A dataset contract says what it says, or what is wrong with it."""

from __future__ import annotations

import copy
from importlib import resources
from typing import Any

import pytest
import yaml

from shudao.contexts.pool.contracts.datasets import (
    RuleKind,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.contexts.pool.rules import contract

CODES = ("population", "marriage", "company-licences")


def shipped(code: str) -> dict[str, Any]:
    text = resources.files("shudao.contexts.pool").joinpath("data", f"{code}.yaml").read_text("utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


@pytest.mark.parametrize("code", CODES)
def test_every_contract_that_ships_can_be_read_and_hides_who_people_are(code: str) -> None:
    read = contract.read(shipped(code))
    assert read.code == code
    assert read.rules[-1].kind is RuleKind.UNIQUE
    assert all(column.title.zh and column.title.en for column in read.columns)
    assert all(column.identifying for column in read.columns if "name" in column.name and code != "company-licences")
    assert all(column.identifying for column in read.columns if "address" in column.name)


def test_rules_stand_in_the_order_of_the_columns_and_name_their_indicator() -> None:
    codes = [(rule.code, rule.dimension) for rule in contract.read(shipped("marriage")).rules]
    assert codes[:3] == [
        ("certificate_no.required", "0201"),
        ("certificate_no.pattern", "0302"),
        ("resident_id.required", "0201"),
    ]
    assert codes[-1] == ("key.unique", "0304")


def broken(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(shipped("population")) | changes


@pytest.mark.parametrize(
    ("spoilt", "part"),
    [
        (broken(code="Bad Code"), "code"),
        (broken(source={"table": "people"}), "source"),
        (broken(source={"table": "a.b; drop table c"}), "source"),
        (broken(source={"table": "a.b", "cursor": "x) --"}), "source"),
        (broken(subject="name"), "subject"),
        (broken(subject="nobody"), "subject"),
        (broken(key=[]), "key"),
        (broken(key=["nobody"]), "key"),
        (broken(key=["name"]), "key"),
        (broken(sensitivity=9), "sensitivity"),
        (broken(columns=[]), "subject"),
        ({"code": "x"}, "contract"),
        (broken(version="first"), "contract"),
    ],
)
def test_a_contract_that_contradicts_itself_names_the_part_at_fault(spoilt: dict[str, Any], part: str) -> None:
    with pytest.raises(ContractBroken) as refusal:
        contract.read(spoilt)
    assert part in refusal.value.fields


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ({"pattern": "("}, "status.pattern"),
        ({"kind": "date", "range": ["yesterday", "today"]}, "status.range"),
        ({"kind": "text", "range": ["1", "2"]}, "status.range"),
    ],
)
def test_a_rule_whose_parameters_make_no_sense_is_named(column: dict[str, Any], rule: str) -> None:
    parsed = shipped("population")
    parsed["columns"][-1] = {"name": "status", "title": {"zh": "状态"}, **column}
    with pytest.raises(ContractBroken) as refusal:
        contract.read(parsed)
    assert rule in refusal.value.fields


def test_only_the_code_of_a_company_may_stay_readable() -> None:
    parsed = shipped("population")
    parsed["columns"][0]["kept"] = True
    with pytest.raises(ContractBroken) as refusal:
        contract.read(parsed)
    assert "resident_id" in refusal.value.fields
