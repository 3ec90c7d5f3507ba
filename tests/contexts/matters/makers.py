"""A plain matter for tests of rules, and small content folders for tests of loading."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from shudao.contexts.matters.contracts import BasicItem
from shudao.contexts.matters.rules import content

ITEM: dict[str, Any] = {
    "catalog_code": "510702900000",
    "code": "test-registration",
    "name": "测试登记",
    "name_en": "Test registration",
    "task_type": "07",
    "department_kind": "mz",
    "levels": [4],
    "power_source": "1",
    "audience": "person",
    "server_type": ["1"],
    "themes": ["01"],
    "events": ["marriage"],
    "hot": True,
    "project_type": "2",
    "legal": {"days": 20, "unit": "1", "basis": ["tst:1"]},
    "promised": {"days": 5, "unit": "1"},
    "visits": 0,
    "tier": 4,
    "depth": ["1", "2", "3", "4", "5", "6"],
    "handle_type": ["1", "2"],
    "handle_area": "2",
    "fee": None,
    "is_pay_online": False,
    "result_type": "1",
    "result_name": "测试证",
    "result_name_en": "Test certificate",
    "result_licence_type": "test-certificate",
    "result_fields": {"name": "form.name"},
    "by_law": ["tst:1"],
    "conditions": "符合条件。",
    "conditions_en": "Conditions met.",
    "flow": [{"step": "受理", "step_en": "Acceptance", "days": 1}, {"step": "办结", "step_en": "Completion"}],
    "form": "test-form",
    "is_express": True,
    "materials": [
        {
            "code": "id-card",
            "name": "居民身份证",
            "name_en": "ID card",
            "material_type": "1",
            "material_format": "2",
            "need": "1",
            "source": "20",
            "by_law": ["tst:1"],
            "resource": "sjzy-population-basic",
            "resource_fields": ["name"],
        }
    ],
    "questions": [{"q": "多久？", "q_en": "How long?", "a": "五天。", "a_en": "Five days."}],
}
LAW: dict[str, Any] = {
    "code": "tst",
    "title": "测试条例",
    "title_en": "Test Regulation",
    "number": "第1号",
    "kind": "regulation",
    "articles": [
        {
            "n": 1,
            "title": "登记",
            "title_en": "Registration",
            "says": "应当登记。",
            "says_en": "Register.",
            "verified": True,
        },
        {"n": 2, "title": "材料", "title_en": "Papers", "says": "提交材料。", "says_en": "Hand in.", "verified": False},
    ],
}
FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "shudao:form:test-form",
    "title": "测试表",
    "x-title-en": "Test form",
    "type": "object",
    "properties": {
        "name": {"title": "姓名", "x-title-en": "Name", "type": "string", "minLength": 1, "maxLength": 30},
        "resident_id": {"title": "身份证号", "x-title-en": "ID number", "type": "string", "format": "resident-id"},
        "phone": {"title": "电话", "x-title-en": "Phone", "type": "string", "format": "phone-cn"},
        "on": {"title": "日期", "x-title-en": "Date", "type": "string", "format": "date"},
        "kind": {
            "title": "类型",
            "x-title-en": "Kind",
            "type": "string",
            "enum": ["a", "b"],
            "x-enum-labels": {"a": ["甲", "A"], "b": ["乙", "B"]},
        },
        "children": {
            "title": "子女",
            "x-title-en": "Children",
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"title": "姓名", "x-title-en": "Name", "type": "string", "maxLength": 10},
                    "age": {"title": "年龄", "x-title-en": "Age", "type": "integer", "minimum": 0, "maximum": 150},
                },
            },
        },
    },
    "required": ["name", "phone"],
    "additionalProperties": False,
}


def raw(**changes: Any) -> dict[str, Any]:
    """The item's content, some fields otherwise."""
    return {**ITEM, **changes}


def item(**changes: Any) -> BasicItem:
    """The basic item, some fields of the contract otherwise."""
    return replace(content.item(ITEM), **changes)


def write(folder: Path, *, items: list[dict[str, Any]], overrides: list[dict[str, Any]] | None = None) -> Path:
    """A content folder with these items, one law and one form."""
    for part in ("laws", "items/mz", "forms", "overrides"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    _yaml(folder / "laws" / "tst.yaml", LAW)
    for one in items:
        _yaml(folder / "items" / "mz" / f"{one['code']}.yaml", one)
    (folder / "forms" / "test-form.json").write_text(json.dumps(FORM, ensure_ascii=False, indent=1), encoding="utf-8")
    _yaml(folder / "overrides" / "all.yaml", overrides or [])
    return folder


def _yaml(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
