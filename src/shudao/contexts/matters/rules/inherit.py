"""How an implementation comes about: its basic item's accepted version, a body in a division, and sparse overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from shudao.contexts.matters.contracts import (
    NO_TEXT,
    BasicItem,
    Fee,
    Implementation,
    Material,
    MatterFields,
    Override,
    TimeLimit,
)
from shudao.kernel.texts import Text

# What a place may set for itself, and the type each value has. Law (type, legal limit, basis) is nobody's to change.
OVERRIDABLE: dict[str, Any] = {
    "promised": TimeLimit,
    "visits": int,
    "visits_reason": Text,
    "tier": int,
    "depth": tuple[str, ...],
    "fees": tuple[Fee, ...],
    "is_pay_online": bool,
    "handle_type": tuple[str, ...],
    "handle_area": str,
    "conditions": Text,
    "materials_add": tuple[Material, ...],
    "materials_remove": tuple[str, ...],
    "more": dict[str, Any],
    "place": Text,
    "place_name": Text,
    "open_hours": Text,
}
_OWN_PLACE = ("place", "place_name", "open_hours")
# Townships and villages act for the departments above them: they have no departments of their own.
_ACTING = {"5": "zf", "6": "cun"}
_INHERITED = tuple(one.name for one in fields(MatterFields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who offers the matter where: everything of an implementation that it does not inherit."""

    task_code: str
    version: int
    state: str
    division: str
    division_name: Text
    use_level: str
    department: str
    department_name: Text
    body_kind: str
    entrusted_by: Text = NO_TEXT
    place_name: Text = NO_TEXT
    place: Text = NO_TEXT
    open_hours: Text = NO_TEXT
    phone: str = ""
    complaint_phone: str = ""


def acting_kind(department_kind: str, use_level: str) -> str:
    """Return the kind of body that carries out matters of a business line at a level ("5" township, "6" village)."""
    return _ACTING.get(use_level, department_kind)


def typed(override: Override) -> Any:
    """
    Return an override's value as the type its field has.

    Raises:
        KeyError: no place may set this field.
        msgspec.ValidationError: the value does not fit the field.
    """
    return msgspec.convert(override.value, OVERRIDABLE[override.field])


def apply(item: MatterFields, overrides: tuple[Override, ...]) -> dict[str, Any]:
    """
    Return the inheritable fields of `item` after `overrides`, later ones over earlier ones.

    Every field that no override names equals the item's. Materials are removed by code and added at the end; an added
    material whose code exists takes that one's place. Place fields are not among the inheritable ones and are ignored.

    Source:
        DESIGN 17; proved by tests/contexts/matters/rules/test_inherit.py
    """
    result = {name: getattr(item, name) for name in _INHERITED}
    for override in overrides:
        value = typed(override)
        if override.field == "materials_remove":
            result["materials"] = tuple(one for one in result["materials"] if one.code not in value)
        elif override.field == "materials_add":
            result["materials"] = _added(result["materials"], value)
        elif override.field == "more":
            result["more"] = {**result["more"], **value}
        elif override.field not in _OWN_PLACE:
            result[override.field] = value
    return result


def resolve(item: BasicItem, standing: Standing, overrides: tuple[Override, ...] = ()) -> Implementation:
    """
    Return the implementation of `item` with `standing`, the place's overrides applied.

    A body of another kind than the item's business line acts on its behalf: its power is "entrusted from above" ("5").

    Source:
        DESIGN 17; proved by tests/contexts/matters/rules/test_inherit.py
    """
    inherited = apply(item, overrides)
    if standing.body_kind != item.department_kind:
        inherited["power_source"] = "5"
    own = {one.name: getattr(standing, one.name) for one in fields(Standing)}
    own |= {one.field: typed(one) for one in overrides if one.field in _OWN_PLACE}
    return Implementation(
        catalog_code=item.catalog_code, item_version=item.version, overrides=overrides, **inherited, **own
    )


def as_item(item: BasicItem, changed: Mapping[str, Any]) -> BasicItem:
    """Return `item` with inheritable fields replaced: what the place's version looks like to the consistency rules."""
    own = {"catalog_code": item.catalog_code, "levels": item.levels, "version": item.version}
    return BasicItem(**{**changed, **own})


def _added(present: tuple[Material, ...], new: tuple[Material, ...]) -> tuple[Material, ...]:
    replaced = {one.code: one for one in new}
    kept = tuple(replaced.pop(one.code, one) for one in present)
    return kept + tuple(replaced.values())
