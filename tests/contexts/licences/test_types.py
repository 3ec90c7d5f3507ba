"""The registry of licence types, and the matters that use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shudao.contexts import matters
from shudao.contexts.licences import api
from shudao.contexts.licences.rules import masks

ITEMS = Path(matters.__path__[0]) / "data" / "items"


def items() -> Iterator[dict[str, Any]]:
    for path in sorted(ITEMS.rglob("*.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def library() -> list[dict[str, Any]]:
    found = list(items())
    assert len(found) >= 40
    return found


def test_codes_serials_and_names_are_unique_and_complete() -> None:
    types = api.types()
    assert len({one.code for one in types}) == len({one.serial for one in types}) == len(types) >= 30
    assert all(len(one.serial) == 3 and one.serial.isdigit() for one in types)
    assert all(one.name.zh and one.name.en for one in types)
    assert all(field.label.zh and field.label.en for one in types for field in one.fields)
    assert all(one.holder_kind in ("person", "company", "any") for one in types)


def test_every_mask_exists() -> None:
    for one in api.types():
        for field in one.fields:
            masks.masked("张小明", field.mask)


def test_every_licence_a_matter_results_in_or_reuses_is_registered(library: list[dict[str, Any]]) -> None:
    known = {one.code for one in api.types()}
    used = {item.get("result_licence_type") for item in library}
    used |= {material.get("licence_type") for item in library for material in item.get("materials", [])}
    assert used - {None, ""} <= known


def test_every_field_a_matter_fills_stands_on_its_licence(library: list[dict[str, Any]]) -> None:
    wrong = []
    for item in library:
        if item.get("result_licence_type"):
            known = {field.name for field in api.licence_type(item["result_licence_type"]).fields}
            wrong += [f"{item['code']}: {name}" for name in set(item.get("result_fields") or {}) - known]
    assert not wrong


def test_every_field_a_licence_needs_is_filled_by_its_matters(library: list[dict[str, Any]]) -> None:
    wrong = []
    for item in library:
        if item.get("result_licence_type"):
            kind = api.licence_type(item["result_licence_type"])
            needed = {field.name for field in kind.fields if field.required}
            wrong += [f"{item['code']}: {name}" for name in needed - set(item.get("result_fields") or {})]
            if kind.holder_kind == "person":
                assert item["audience"] != "company", item["code"]
    assert not wrong


def test_a_divorce_never_counts_as_a_marriage(library: list[dict[str, Any]]) -> None:
    issuing = {item["code"]: item.get("result_licence_type") for item in library}
    assert issuing["marriage-registration"] == "marriage-certificate"
    assert issuing["divorce-registration"] == "divorce-certificate"
    married = {code for code, kind in issuing.items() if kind == "marriage-certificate"}
    assert married == {"marriage-registration", "marriage-certificate-reissue"}
    assert api.licence_type("divorce-certificate").name.zh == "离婚证"
