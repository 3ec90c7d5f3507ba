"""
Forms from a JSON Schema, drawn and read on the server.

The matters' room reads the schema into fields and validates answers; here its fields become entries of a page
(`entries`), and what a browser sends becomes the JSON that the schema describes (`read`). Nothing needs a script: lists
show one empty row more than they hold, and a button asks for another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext

from shudao.contexts.matters.contracts import Form, FormField, FormGroup
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import day

_RADIOS_UP_TO = 6
_INPUTS: dict[str, dict[str, Any]] = {
    "text": {},
    "long": {"kind": "textarea"},
    "number": {"kind": "number", "inputmode": "decimal", "width": "10"},
    "integer": {"kind": "number", "inputmode": "numeric", "width": "10"},
    "yes-no": {"kind": "boolean"},
    "date": {"kind": "date"},
    "choices": {"kind": "checkboxes"},
    "phone": {"kind": "tel", "inputmode": "tel", "autocomplete": "tel", "width": "20"},
    "resident-id": {"maxlength": 18, "width": "20"},
    "uscc": {"maxlength": 18, "width": "20"},
    "email": {"kind": "email", "autocomplete": "email"},
    "list": {"kind": "rows"},
}
_AUTOCOMPLETE = {"person.name": "name", "person.phone": "tel"}


def groups(
    form: Form, data: Mapping[str, Any], errors: Mapping[str, str] | None = None, *, more: str = ""
) -> list[tuple[FormGroup, list[Field]]]:
    """
    Return the form's groups, each with its entries filled from `data`.

    Args:
        form: The form.
        data: Field name → JSON value, complete or not.
        errors: Field path ("children.0.name") → sentence in the reader's language.
        more: Name of the list for which one more row was asked.
    """
    return [(group, entries(group.fields, data, errors or {}, more=more)) for group in form.layout]


def entries(
    fields: Sequence[FormField], data: Mapping[str, Any], errors: Mapping[str, str], *, more: str = "", path: str = ""
) -> list[Field]:
    """Return the entries of some fields; `path` is what stands before their names inside a list."""
    return [_entry(one, path + one.name, data.get(one.name), errors, more) for one in fields]


def read(fields: Sequence[FormField], sent: QueryDict, path: str = "") -> dict[str, Any]:
    """
    Return what a browser sent as the JSON the schema describes: empty answers left out, numbers as numbers.

    A number or date that cannot be read stays as it was typed: the schema refuses it and the page shows it again.
    """
    data: dict[str, Any] = {}
    for one in fields:
        value = _read(one, sent, path + one.name)
        if value not in ("", None, []):
            data[one.name] = value
    return data


def answers(form: Form, data: Mapping[str, Any]) -> list[tuple[FormGroup, list[tuple[str, str]]]]:
    """Return the form's groups with each answered field's title and its answer in words, for reading."""
    shown = []
    for group in form.layout:
        lines = [(_said(one.title), _in_words(one, data[one.name])) for one in group.fields if one.name in data]
        if lines:
            shown.append((group, lines))
    return shown


def _entry(one: FormField, name: str, value: Any, errors: Mapping[str, str], more: str) -> Field:
    made = Field(
        name=name,
        label=_said(one.title),
        hint=_said(one.hint),
        required=one.required,
        error=errors.get(name, ""),
        value="" if value is None else value,
        maxlength=one.longest or 0,
        autocomplete=_AUTOCOMPLETE.get(one.prefill, ""),
        choices=tuple(Choice(choice.value, _said(choice.label)) for choice in one.choices),
    )
    if one.kind == "choice":
        return _choice(made)
    made = replace(made, **_INPUTS[one.kind])
    if one.kind == "list":
        return _rows(one, made, value if isinstance(value, list) else [], errors, more)
    return replace(made, value=_shown(one.kind, value))


def _choice(made: Field) -> Field:
    if len(made.choices) <= _RADIOS_UP_TO:
        return replace(made, kind="radios", value=str(made.value))
    empty = Choice("", gettext("请选择"))
    return replace(made, kind="select", value=str(made.value), choices=(empty, *made.choices))


def _rows(one: FormField, made: Field, rows: list[Any], errors: Mapping[str, str], more: str) -> Field:
    most = int(one.most or 5)
    count = min(most, max(len(rows) + (more == made.name), 1))
    filled = [rows[at] if at < len(rows) and isinstance(rows[at], dict) else {} for at in range(count)]
    drawn = tuple(tuple(entries(one.fields, row, errors, path=f"{made.name}.{at}.")) for at, row in enumerate(filled))
    return replace(made, value="", rows=drawn, can_add=count < most)


def _shown(kind: str, value: Any) -> Any:
    if kind == "yes-no":
        return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
    if kind == "choices":
        return [str(part) for part in value] if isinstance(value, list) else []
    if kind == "date":
        parts = str(value or "").split("-")
        return tuple(parts) if len(parts) == 3 else ("", "", "")
    return "" if value is None else str(value)


def _read(one: FormField, sent: QueryDict, name: str) -> Any:
    if one.kind == "list":
        return _read_rows(one, sent, name)
    if one.kind == "choices":
        return [part for part in sent.getlist(name) if part]
    if one.kind == "date":
        return _read_date(sent, name)
    text = sent.get(name, "").strip()
    if one.kind == "yes-no":
        return {"true": True, "false": False}.get(text)
    if one.kind in ("number", "integer"):
        return _number(text)
    return text.upper() if one.kind in ("resident-id", "uscc") else text


def _read_rows(one: FormField, sent: QueryDict, name: str) -> list[dict[str, Any]]:
    rows = (read(one.fields, sent, f"{name}.{at}.") for at in range(int(one.most or 5)))
    return [row for row in rows if row]


def _read_date(sent: QueryDict, name: str) -> str:
    if name in sent:
        return sent.get(name, "").strip()
    year, month, day = (sent.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day"))
    return f"{year}-{month.rjust(2, '0')}-{day.rjust(2, '0')}" if year or month or day else ""


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            number = kind(text.replace(",", ""))
        except (ValueError, OverflowError):
            continue
        return number if abs(number) < 10**15 else text
    return text


def _in_words(one: FormField, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if one.kind == "date":
        return _day(str(value))
    if isinstance(value, list):
        parts = [_row_in_words(one, part) if isinstance(part, dict) else _label(one, part) for part in value]
        return ("; " if one.kind == "list" else "、").join(parts)
    return _label(one, value)


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _row_in_words(one: FormField, row: Mapping[str, Any]) -> str:
    return "，".join(
        f"{_said(cell.title)} {_in_words(cell, row[cell.name])}" for cell in one.fields if cell.name in row
    )


def _label(one: FormField, value: Any) -> str:
    return next((_said(choice.label) for choice in one.choices if choice.value == str(value)), str(value))


def _said(text: Any) -> str:
    said: str = text.said(get_language() or "zh-hans")
    return said
