"""The national fields as people read them: each with its title, codes in words, what is empty told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.contexts.matters.rules import fields as table
from shudao.contexts.matters.rules import national, values
from shudao.kernel.texts import Text

_TITLES = {
    "catalog": Text("基本目录要素", "Basic catalogue"),
    "implementation": Text("实施清单要素", "Implementation"),
    "extension": Text("扩展要素", "Extension"),
    "material": Text("申请材料", "Materials"),
    "fee": Text("收费项目", "Fees"),
    "question": Text("常见问题", "Questions"),
}
_YES, _NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One national field to read: its title, and its value in words (none where it is empty)."""

    field: str
    title: Text
    value: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A group of national fields; `rows` has one row, or one for each material, fee or question."""

    code: str
    title: Text
    rows: tuple[tuple[FieldLine, ...], ...]


def described(fields: national.NationalFields) -> tuple[FieldGroup, ...]:
    """
    Return the national fields group by group, ready to be read.

    Args:
        fields: As `national.fields` gives them.

    Source:
        GB/T 39554.1-2020; proved by tests/contexts/matters/rules/test_described.py
    """
    groups: Mapping[str, Any] = fields
    return tuple(
        FieldGroup(code, title, tuple(_lines(code, row) for row in _rows(groups[code])))
        for code, title in _TITLES.items()
    )


def title(group: str, field: str) -> Text:
    """Return what a national field is called."""
    return table.field(group, field).title


def _rows(group: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return group if isinstance(group, list) else [group]


def _lines(group: str, row: dict[str, Any]) -> tuple[FieldLine, ...]:
    return tuple(FieldLine(name, title(group, name), _words(group, name, value)) for name, value in row.items())


def _words(group: str, name: str, value: Any) -> tuple[Text, ...]:
    one = table.field(group, name)
    if one.kind is table.Kind.YES_NO:
        return (_YES if value else _NO,)
    parts = value if isinstance(value, tuple | list) else (value,)
    said = [str(part) for part in parts if part is not None and str(part)]
    return tuple(values.label(one.code_list, part) if one.code_list else Text(part, part) for part in said)
