from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import FormInvalid, MatterNotFound
from shudao.kernel.texts import Text
from tests.contexts.matters.conftest import Load

GOOD = {"name": "张三", "phone": "13800138000"}


def _refused(**data: Any) -> dict[str, str]:
    with pytest.raises(FormInvalid) as refused:
        api.validate_form("test-form", {**GOOD, **data})
    return refused.value.fields


def test_a_well_filled_form_passes(load: Load) -> None:
    load()
    api.validate_form("test-form", GOOD)
    api.validate_form("test-form", {**GOOD, "on": "2026-11-24", "kind": "a", "children": [{"name": "小明", "age": 3}]})


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({"name": ""}, {"name": "请填写这一项。"}),
        ({"name": "张" * 31}, {"name": "最多可以填写 30 个字。"}),
        ({"phone": "12345"}, {"phone": "请填写 11 位手机号码，或带区号的固定电话。"}),
        (
            {"resident_id": "519901199001010010"},
            {"resident_id": "身份证号码应为 18 位，请核对末位校验码和出生日期。"},
        ),
        ({"on": "24.11.2026"}, {"on": "请按“年-月-日”填写，例如 2026-11-24。"}),
        ({"kind": "c"}, {"kind": "请从列出的选项中选择。"}),
        ({"extra": 1}, {"extra": "表单里没有这一项。"}),
        ({"children": [{}]}, {"children.0.name": "请填写这一项。"}),
        ({"children": [{"name": "a", "age": 151}]}, {"children.0.age": "不能大于 150。"}),
        ({"children": [{"name": "a", "age": "三"}]}, {"children.0.age": "请填写整数。"}),
        ({"children": [{"name": "a"}] * 4}, {"children": "最多可以填写 3 行。"}),
    ],
)
def test_each_fault_is_told_at_its_field_in_words_of_ours(
    load: Load, data: dict[str, Any], fields: dict[str, str]
) -> None:
    load()
    with translation.override("zh-hans"):
        assert _refused(**data) == fields


def test_everything_missing_is_told_at_once(load: Load) -> None:
    load()
    with pytest.raises(FormInvalid) as refused:
        api.validate_form("test-form", {})
    assert set(refused.value.fields) == {"name", "phone"}


def test_a_form_is_laid_out_in_its_order(load: Load) -> None:
    load()
    form = api.form("test-form")
    assert (form.version, form.title) == (1, Text("测试表", "Test form"))
    assert [(one.name, one.kind, one.required) for one in form.fields] == [
        ("name", "text", True),
        ("resident_id", "resident-id", False),
        ("phone", "phone", True),
        ("on", "date", False),
        ("kind", "choice", False),
        ("children", "list", False),
    ]
    assert [choice.label.zh for choice in form.fields[4].choices] == ["甲", "乙"]
    assert [one.name for one in form.fields[5].fields] == ["name", "age"]
    with pytest.raises(MatterNotFound):
        api.form("nothing")
    with pytest.raises(MatterNotFound):
        api.form("test-form", version=2)
