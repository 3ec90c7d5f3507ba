"""Two states of a catalogue entry, field by field; its items each for itself."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from shudao.contexts.exchange.contracts.registry import Change, Item, Resource

_SKIPPED = {"items", "version"}


def changes(before: Resource, after: Resource) -> list[Change]:
    """Return what differs, in the order of the contract; an item under "items.<name>", None where it is not there."""
    found = [
        Change(part.name, getattr(before, part.name), getattr(after, part.name))
        for part in fields(Resource)
        if part.name not in _SKIPPED and getattr(before, part.name) != getattr(after, part.name)
    ]
    return found + _of_items(before.items, after.items)


def _of_items(before: tuple[Item, ...], after: tuple[Item, ...]) -> list[Change]:
    old, new = ({item.name: item for item in items} for items in (before, after))
    names = list(dict.fromkeys((*old, *new)))
    found: list[Change] = [
        Change(f"items.{name}", old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]
    if not found and [item.name for item in before] != [item.name for item in after]:
        order: tuple[Any, Any] = tuple(item.name for item in before), tuple(item.name for item in after)
        found.append(Change("items", *order))
    return found
