"""Forms: from JSON Schema 2020-12 to what is drawn, and what this house asks of a schema beyond being valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shudao.contexts.matters.contracts import Choice, Form, FormField, FormGroup
from shudao.contexts.matters.rules.formats import FORMATS
from shudao.kernel.texts import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS_BY_FORMAT = {"date": "date", "phone-cn": "phone", "resident-id": "resident-id", "uscc": "uscc", "email": "email"}
_KINDS_BY_TYPE = {"boolean": "yes-no", "integer": "integer", "number": "number"}
_LONG = 100  # a string that may be longer is drawn as a box of several lines
Schema = Mapping[str, Any]


def form(schema: Schema, version: int) -> Form:
    """Return the form that a schema describes, its fields in the order of `properties`, grouped by `x-group`."""
    return Form(
        code=str(schema["$id"]).rpartition(":")[2],
        version=version,
        title=_title(schema),
        schema=schema,
        layout=_layout(schema),
    )


def check(schema: Schema, code: str) -> Iterator[tuple[str, str]]:
    """
    Yield (field, sentence) for each way in which a valid JSON Schema is not a form of this house.

    Args:
        schema: A schema that jsonschema-rs accepts.
        code: The file's name without its ending.
    """
    if schema.get("$schema") != DIALECT:
        yield "$schema", "应为 JSON Schema 2020-12。"
    if schema.get("$id") != f"shudao:form:{code}":
        yield "$id", f"应为 shudao:form:{code}。"
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        yield "type", "表单应为 object，且 additionalProperties 为 false。"
    yield from _check_title("title", schema)
    yield from _check_properties(schema)


def _check_properties(schema: Schema) -> Iterator[tuple[str, str]]:
    properties = schema.get("properties") or {}
    if not properties:
        yield "properties", "表单没有字段。"
    for name in set(schema.get("required", ())) - set(properties):
        yield "required", f"必填项 {name} 不在字段中。"
    groups = {"", *(group.get("key") for group in schema.get("x-groups", ()))}
    for name, one in properties.items():
        yield from _check_property(name, one)
        if one.get("x-group", "") not in groups:
            yield name, "分组没有在 x-groups 中说明。"


def _check_title(name: str, one: Schema) -> Iterator[tuple[str, str]]:
    if not one.get("title") or not one.get("x-title-en"):
        yield name, "须有中文和英文标题。"


def _check_property(name: str, one: Schema) -> Iterator[tuple[str, str]]:
    yield from _check_title(name, one)
    if one.get("type") == "string" and not {"maxLength", "enum", "const", "format"} & set(one):
        yield name, "文字须有 maxLength。"
    if one.get("format", "email") not in {*FORMATS, "email"}:
        yield name, f"不认识的格式 {one['format']}。"
    if set(one.get("enum", ())) - set(one.get("x-enum-labels", one.get("enum", ()))):
        yield name, "每个选项须有名称。"
    items = one.get("items", {})
    if one.get("type") == "array" and items.get("type") == "object":
        yield from _check_list(name, one.get("maxItems", 0), items)


def _check_list(name: str, most: int, items: Schema) -> Iterator[tuple[str, str]]:
    if not 1 <= most <= 10:
        yield name, "列表至多 10 行，须有 maxItems。"
    for inner, part in items.get("properties", {}).items():
        yield from ((f"{name}.{inner}", says) for _, says in _check_property(inner, part))


def _layout(schema: Schema) -> tuple[FormGroup, ...]:
    required = set(schema.get("required", ()))
    titles = {str(group["key"]): _group_title(group) for group in schema.get("x-groups", ())}
    grouped: dict[str, list[FormField]] = {key: [] for key in titles}
    for name, one in schema.get("properties", {}).items():
        grouped.setdefault(str(one.get("x-group", "")), []).append(_field(name, one, name in required))
    return tuple(FormGroup(key, titles.get(key, Text("")), tuple(all_)) for key, all_ in grouped.items() if all_)


def _field(name: str, one: Schema, required: bool) -> FormField:
    items = one.get("items", {}) if one.get("type") == "array" else {}
    inner = set(items.get("required", ()))
    return FormField(
        name=name,
        title=_title(one),
        hint=Text(str(one.get("description", "")), str(one.get("x-description-en", ""))),
        kind=_kind(one),
        required=required,
        choices=_choices(items if "enum" in items else one),
        prefill=str(one.get("x-prefill", "")),
        least=one.get("minItems", one.get("minimum")),
        most=one.get("maxItems", one.get("maximum")),
        longest=one.get("maxLength"),
        fields=tuple(_field(key, part, key in inner) for key, part in items.get("properties", {}).items()),
    )


def _kind(one: Schema) -> str:
    kind = one.get("type")
    if kind == "array":
        return "list" if one.get("items", {}).get("type") == "object" else "choices"
    if "enum" in one:
        return "choice"
    if kind in _KINDS_BY_TYPE:
        return _KINDS_BY_TYPE[str(kind)]
    named = _KINDS_BY_FORMAT.get(str(one.get("format", "")))
    return named or ("long" if one.get("maxLength", 0) > _LONG else "text")


def _choices(one: Schema) -> tuple[Choice, ...]:
    labels = one.get("x-enum-labels", {})
    return tuple(Choice(str(value), _label(labels.get(value), value)) for value in one.get("enum", ()))


def _label(pair: Any, value: Any) -> Text:
    return Text(str(pair[0]), str(pair[1])) if isinstance(pair, list) and len(pair) == 2 else Text(str(value))


def _title(one: Schema) -> Text:
    return Text(str(one.get("title", "")), str(one.get("x-title-en", "")))


def _group_title(group: Schema) -> Text:
    return Text(str(group.get("title", "")), str(group.get("title_en", "")))


def answers(schema: Schema, name: str) -> set[str]:
    """Return the answers that a choice or yes-no field admits, as text ("true", "false"); none for any other field."""
    described = schema.get("properties", {}).get(name, {})
    if described.get("type") == "boolean":
        return {"true", "false"}
    return {str(value) for value in described.get("enum", ())}
