"""A schema becomes a form that works without scripts, and what it sends becomes the schema's JSON again."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Engine
from django.utils import translation

from shudao.contexts.matters.rules.forms import form as read_schema
from shudao.faces.design import schema_forms
from shudao.faces.design.fields import errors_of

SCHEMA: dict[str, Any] = {
    "$id": "shudao:form:test",
    "title": "测试表",
    "x-title-en": "Test form",
    "type": "object",
    "required": ["name", "born"],
    "x-groups": [{"key": "who", "title": "谁", "title_en": "Who"}],
    "properties": {
        "name": {"type": "string", "title": "姓名", "x-title-en": "Name", "maxLength": 20, "x-group": "who"},
        "about": {"type": "string", "title": "说明", "x-title-en": "About", "maxLength": 500},
        "born": {"type": "string", "format": "date", "title": "生日", "x-title-en": "Born"},
        "count": {"type": "integer", "title": "人数", "x-title-en": "Count"},
        "share": {"type": "number", "title": "份额", "x-title-en": "Share"},
        "agrees": {"type": "boolean", "title": "同意", "x-title-en": "Agrees"},
        "kind": {
            "type": "string",
            "enum": ["a", "b"],
            "x-enum-labels": {"a": ["甲", "First"], "b": ["乙", "Second"]},
            "title": "类别",
            "x-title-en": "Kind",
        },
        "many": {"type": "string", "enum": list("abcdefgh"), "title": "多选一", "x-title-en": "One of many"},
        "some": {"type": "array", "items": {"enum": ["x", "y"]}, "title": "几项", "x-title-en": "Some"},
        "id": {"type": "string", "format": "resident-id", "title": "证件", "x-title-en": "ID"},
        "children": {
            "type": "array",
            "maxItems": 3,
            "title": "子女",
            "x-title-en": "Children",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "姓名", "x-title-en": "Name", "maxLength": 20},
                    "born": {"type": "string", "format": "date", "title": "生日", "x-title-en": "Born"},
                },
            },
        },
    },
}
FORM = read_schema(SCHEMA, 1)
DATA: dict[str, Any] = {
    "name": "李",
    "about": "一段话",
    "born": "2026-02-03",
    "count": 3,
    "share": 0.5,
    "agrees": False,
    "kind": "b",
    "many": "g",
    "some": ["x", "y"],
    "id": "51990119900307001X",
    "children": [{"name": "小宝", "born": "2026-01-05"}],
}


def sent(text: str) -> QueryDict:
    return QueryDict(text)


def drawn(data: dict[str, Any], errors: dict[str, str] | None = None, more: str = "", language: str = "zh-hans") -> str:
    with translation.override(language):
        template = Engine.get_default().from_string(
            "{% for g, fields in groups %}{% for f in fields %}{% field f %}{% endfor %}{% endfor %}"
        )
        return template.render(Context({"groups": schema_forms.groups(FORM, data, errors, more=more)}))


def entered(data: dict[str, Any], more: str = "") -> QueryDict:
    """What a browser sends back for a form filled with `data`."""
    values = QueryDict(mutable=True)
    for _, fields in schema_forms.groups(FORM, data, more=more):
        for entry in (
            cell for one in fields for cell in ([one] if not one.rows else [c for row in one.rows for c in row])
        ):
            if entry.kind == "date":
                for name, value, _width, _part in entry.parts:
                    values[name] = value
            elif entry.kind == "checkboxes":
                values.setlist(entry.name, list(entry.value))  # type: ignore[call-overload]
            else:
                values[entry.name] = str(entry.value)
    return values


def test_what_a_form_shows_is_what_it_sends() -> None:
    assert schema_forms.read(FORM.fields, entered(DATA)) == DATA


def test_an_empty_form_sends_nothing_and_empty_rows_vanish() -> None:
    assert schema_forms.read(FORM.fields, entered({})) == {}
    assert schema_forms.read(FORM.fields, entered({"children": [{"name": "甲"}]}, more="children")) == {
        "children": [{"name": "甲"}]
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("count=1,200", {"count": 1200}),
        ("count=三", {"count": "三"}),
        ("share=0.25", {"share": 0.25}),
        ("count=" + "9" * 400, {"count": "9" * 400}),
        ("share=nan", {"share": "nan"}),
        ("share=inf", {"share": "inf"}),
        ("born-year=2026&born-month=2&born-day=3", {"born": "2026-02-03"}),
        ("born-year=2026&born-month=&born-day=", {"born": "2026-00-00"}),
        ("born=2026-02-03", {"born": "2026-02-03"}),
        ("agrees=true", {"agrees": True}),
        ("agrees=perhaps", {}),
        ("name=%20%20", {}),
        ("id=51990119900307001x", {"id": "51990119900307001X"}),
        ("children.0.name=&children.2.name=乙", {"children": [{"name": "乙"}]}),
        ("children.3.name=beyond&unknown=1", {}),
    ],
)
def test_answers_are_read_as_the_schema_means_them(typed: str, kept: dict[str, Any]) -> None:
    assert schema_forms.read(FORM.fields, sent(typed)) == kept


def test_every_kind_of_field_is_drawn_with_its_label_and_value() -> None:
    page = drawn(DATA)
    assert '<label class="govuk-label" for="f-name">姓名</label>' in page
    assert 'value="李"' in page
    assert ">一段话</textarea>" in page
    assert 'name="born-year" type="text" inputmode="numeric" value="2026"' in page
    assert 'name="agrees" type="radio" value="false" checked' in page
    assert 'name="kind" type="radio" value="b" checked' in page
    assert '<option value="g" selected>' in page
    assert page.count('name="some" type="checkbox"') == 2
    assert 'name="children.0.name"' in page
    assert 'name="add" value="children"' in page


def test_it_is_drawn_in_english_too() -> None:
    page = drawn({}, language="en")
    assert ">Name</label>" in page
    assert "First" in page
    assert "Add another" in page


def test_one_more_row_is_drawn_when_asked_and_never_beyond_the_most() -> None:
    assert 'name="children.1.name"' in drawn(DATA, more="children")
    full = {"children": [{"name": "一"}, {"name": "二"}, {"name": "三"}]}
    page = drawn(full, more="children")
    assert 'name="children.3.name"' not in page
    assert 'value="children"' not in page


def test_errors_stand_beside_their_fields_and_in_the_summary() -> None:
    errors = {"name": "请填写这一项。", "children.0.born": "日期不正确。"}
    page = drawn({"children": [{"name": "小宝"}]}, errors)
    assert 'aria-describedby="f-name-error"' in page
    assert 'id="f-children-0-born-error"' in page
    with translation.override("zh-hans"):
        fields = [one for _, all_ in schema_forms.groups(FORM, {"children": [{}]}, errors) for one in all_]
        assert [one.id for one in errors_of(fields)] == ["f-name", "f-children-0-born"]
        assert errors_of(fields)[0].told == "姓名：请填写这一项。"


def test_what_was_typed_never_becomes_markup() -> None:
    page = drawn({"name": '"><script>alert(1)</script>', "about": "</textarea><script>"})
    assert "<script>" not in page


def test_answers_are_said_in_words() -> None:
    with translation.override("zh-hans"):
        lines = dict(line for _, group in schema_forms.answers(FORM, DATA) for line in group)
    assert lines["类别"] == "乙"
    assert lines["同意"] == "否"
    assert lines["生日"] == "2026年2月3日"
    assert lines["子女"] == "姓名 小宝，生日 2026年1月5日"
    assert lines["几项"] == "x、y"
