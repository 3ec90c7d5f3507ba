"""A filled form in words: choices by their labels, resident IDs masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

SECRET_KINDS = frozenset({"resident-id"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: `kind` as the form says ("resident-id", "choice", "list" …), `labels` of its choices."""

    name: str
    kind: str
    labels: Mapping[str, str]
    fields: tuple[Field, ...] = ()


def words(fields: Iterable[Field], data: Mapping[str, object], mask: Callable[[str], str]) -> dict[str, str]:
    """Return field → what was filled in, in words; lists are left out, resident IDs pass through `mask`."""
    return {
        field.name: _word(field, data[field.name], mask)
        for field in fields
        if field.kind != "list" and data.get(field.name) not in (None, "")
    }


def masked(fields: Iterable[Field], data: Mapping[str, object], mask: Callable[[str], str]) -> dict[str, object]:
    """Return the filled form with every resident ID under `mask`, those in lists too."""
    shown = dict(data)
    for field in fields:
        value = shown.get(field.name)
        if field.kind in SECRET_KINDS and isinstance(value, str):
            shown[field.name] = mask(value)
        if field.kind == "list" and isinstance(value, list):
            shown[field.name] = [masked(field.fields, row, mask) if isinstance(row, Mapping) else row for row in value]
    return shown


def _word(field: Field, value: object, mask: Callable[[str], str]) -> str:
    if field.kind in SECRET_KINDS:
        return mask(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(field.labels.get(str(one), str(one)) for one in value)
    return field.labels.get(str(value), str(value))
