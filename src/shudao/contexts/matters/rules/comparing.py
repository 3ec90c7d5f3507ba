"""Two versions of a matter, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from shudao.contexts.matters.contracts import (
    NO_TEXT,
    Fee,
    FieldDifference,
    Material,
    MatterFields,
    Question,
    Step,
    TimeLimit,
)
from shudao.contexts.matters.rules import described, values
from shudao.kernel.texts import Text

# Where the national list has the field, its title is the national one; ours stand as texts.
_TITLES: dict[str, tuple[str, str] | Text] = {
    "code": Text("短代码", "Short code"),
    "name": ("implementation", "task_name"),
    "task_type": ("implementation", "task_type"),
    "department_kind": Text("主管部门", "Department"),
    "power_source": ("implementation", "power_source"),
    "audience": Text("面向对象", "Audience"),
    "server_type": ("implementation", "server_type"),
    "themes": Text("主题", "Themes"),
    "events": Text("人生事件", "Life events"),
    "levels": ("catalog", "use_level"),
    "hot": Text("热门事项", "Shown first"),
    "project_type": ("implementation", "project_type"),
    "legal": ("implementation", "anticipate_day"),
    "promised": ("implementation", "promise_day"),
    "visits": ("implementation", "limit_scene_num"),
    "visits_reason": ("implementation", "limit_scene_explain"),
    "tier": ("extension", "online_tier"),
    "depth": ("extension", "online_handle_depth"),
    "handle_type": ("implementation", "handle_type"),
    "handle_area": ("extension", "handle_area"),
    "fees": ("implementation", "is_fee"),
    "is_pay_online": ("extension", "is_pay_online"),
    "result_type": ("extension", "result_type"),
    "result_name": ("extension", "result_name"),
    "result_licence_type": ("extension", "result_cert_code"),
    "result_fields": Text("证照照面取值", "What the licence says"),
    "by_law": ("implementation", "by_law"),
    "conditions": ("implementation", "accept_condition"),
    "flow": ("implementation", "handle_flow"),
    "form_code": Text("申请表", "Form"),
    "form_version": Text("申请表版本", "Version of the form"),
    "state": ("implementation", "task_state"),
    "materials": Text("申请材料", "Materials"),
    "questions": Text("常见问题", "Questions"),
}
_PART_TITLES: dict[str, tuple[str, str] | Text] = {
    "name": ("material", "material_name"),
    "material_type": ("material", "material_type"),
    "material_format": ("material", "material_format"),
    "need": ("material", "is_need"),
    "source": ("material", "source_type"),
    "by_law": ("material", "by_law"),
    "licence_type": ("material", "cert_code"),
    "resource": ("material", "share_resource_code"),
    "source_explain": ("material", "source_explain"),
    "fill_explain": ("material", "fill_explain"),
    "accept_stand": ("material", "accept_stand"),
    "page_num": ("material", "page_num"),
    "page_format": ("material", "page_format"),
    "standard": ("fee", "fee_stand"),
    "amount": Text("金额（分）", "Amount in fen"),
    "reducible": ("fee", "is_desc"),
    "reduction_basis": ("fee", "desc_explain"),
    "question": ("question", "question"),
    "answer": ("question", "answer"),
    "resource_fields": Text("共享信息项", "Fields of the shared resource"),
    "when_field": Text("适用条件的字段", "Field that decides whether it is wanted"),
    "when_values": Text("适用条件的取值", "Answers for which it is wanted"),
    "sample": Text("有样表", "Has a sample"),
    "from_form": Text("由申请表生成", "Made from the form"),
}
_LISTS = {
    "task_type": "task_type",
    "power_source": "power_source",
    "audience": "audience",
    "server_type": "server_type",
    "themes": "matter_theme",
    "events": "life_event",
    "levels": "use_level",
    "project_type": "project_type",
    "tier": "online_tier",
    "depth": "online_depth_functions",
    "handle_type": "handle_type",
    "handle_area": "handle_area",
    "result_type": "result_type",
    "material_type": "material_type",
    "material_format": "material_format",
    "need": "material_need",
    "source": "material_source",
    "state": "task_state",
}
_PARTS = ("materials", "fees", "questions")
_NEVER = ("version", "more", "item_version", "overrides")
_YES, _NO = Text("是", "Yes"), Text("否", "No")


def differences(before: MatterFields, after: MatterFields) -> tuple[FieldDifference, ...]:
    """
    Return every field in which two versions of a matter differ, in the order of the guide, values in words.

    Sets are compared as sets. Materials, fees and questions are matched by code, name and question: one that is new or
    gone is one difference, else each of its fields is.

    Source:
        GB/T 39554.1-2020 (titles); proved by tests/contexts/matters/rules/test_comparing.py
    """
    return tuple(_differences(before, after))


def _differences(before: MatterFields, after: MatterFields) -> Iterator[FieldDifference]:
    names = [one.name for one in fields(after) if hasattr(before, one.name) and one.name not in (*_PARTS, *_NEVER)]
    for name in names:
        yield from _field(
            name, _title(_TITLES.get(name, Text(name))), NO_TEXT, getattr(before, name), getattr(after, name)
        )
    for name in sorted({*before.more, *after.more}):
        yield from _field(f"more.{name}", _more_title(name), NO_TEXT, before.more.get(name), after.more.get(name))
    for name in _PARTS:
        yield from _parts(name, getattr(before, name), getattr(after, name))


def _field(name: str, title: Text, part: Text, before: Any, after: Any) -> Iterator[FieldDifference]:
    leaf = name.rpartition(".")[2]
    if leaf in _LISTS and isinstance(before, tuple) and isinstance(after, tuple) and set(before) == set(after):
        return
    if before != after:
        yield FieldDifference(name, title, part, _words(leaf, before), _words(leaf, after))


def _parts(name: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[FieldDifference]:
    old, new = {_key(one): one for one in before}, {_key(one): one for one in after}
    title = _title(_TITLES[name])
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            yield FieldDifference(f"{name}.{key}", title, NO_TEXT, _called(was), _called(now))
            continue
        for one in fields(now):
            path, said = f"{name}.{key}.{one.name}", _title(_PART_TITLES.get(one.name, Text(one.name)))
            yield from _field(path, said, _called(now), getattr(was, one.name), getattr(now, one.name))


def _key(one: Material | Fee | Question) -> str:
    if isinstance(one, Material):
        return one.code
    return one.name.zh if isinstance(one, Fee) else one.question.zh


def _called(one: Material | Fee | Question | None) -> Text:
    if one is None:
        return NO_TEXT
    return one.question if isinstance(one, Question) else one.name


def _title(where: tuple[str, str] | Text) -> Text:
    return where if isinstance(where, Text) else described.title(*where)


def _more_title(name: str) -> Text:
    for group in ("implementation", "extension"):
        try:
            return described.title(group, name.removesuffix("_en"))
        except KeyError:
            continue
    return Text(name)


def _words(name: str, value: Any) -> Text:
    if value is None:
        return NO_TEXT
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, Text):
        return value
    if isinstance(value, TimeLimit):
        return _limit(value)
    if isinstance(value, Mapping):
        return Text("；".join(f"{key} = {one}" for key, one in value.items()))
    if isinstance(value, tuple):
        return _joined([_step(one) if isinstance(one, Step) else _coded(name, str(one)) for one in value])
    return _coded(name, str(value))


def _coded(name: str, code: str) -> Text:
    return values.label(_LISTS[name], code) if name in _LISTS and code else Text(code, code)


def _limit(limit: TimeLimit) -> Text:
    unit = values.label("time_unit", limit.unit)
    parts = [Text(f"{limit.amount} {unit.zh}", f"{limit.amount} {unit.en or unit.zh}"), limit.explain]
    return _joined([*(one for one in parts if one.zh), *(Text(code, code) for code in limit.basis)])


def _step(step: Step) -> Text:
    days = "" if step.days is None else f" ({step.days})"
    return Text(step.name.zh + days, (step.name.en or step.name.zh) + days)


def _joined(parts: Sequence[Text]) -> Text:
    return Text("；".join(one.zh for one in parts), "; ".join(one.en or one.zh for one in parts))
