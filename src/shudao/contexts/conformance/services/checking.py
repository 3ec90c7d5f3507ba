"""Hold rows against their standard. Equal content is judged once: what is left for each row is a few comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

import msgspec

from shudao.contexts.conformance.contracts.rules import Compared, Deviation, Known
from shudao.contexts.conformance.rules import content, standing
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import BasicItem, Broken, Listed, MatterFields, Override

_TYPES = get_type_hints(MatterFields)
_PLACE = ("place", "place_name", "open_hours")
_FIELDS = {"materials_add": "materials", "materials_remove": "materials"}
_NOTHING = "[]"


@dataclass(frozen=True, slots=True)
class Share:
    """What all implementations of one version with the same values of their own have in common."""

    standard: BasicItem
    expected: tuple[str | int, ...]
    deviations: tuple[Deviation, ...]
    reasons: dict[str, str]


class Checker:
    """Judges rows; keeps what it has judged."""

    def __init__(self, around: standing.Around, known: Known) -> None:
        self._around, self._known = around, known
        self._items: dict[int, BasicItem] = {}
        self._of_item: dict[int, tuple[Deviation, ...]] = {}
        self._shares: dict[tuple[int, str], Share] = {}
        self._kinds: dict[tuple[str, str], str] = {}

    def row(self, row: Listed) -> tuple[Deviation, ...] | list[Deviation]:
        """Return what one implementation breaks."""
        share = self.share(row)
        kind = self._kind(share.standard.department_kind, row.use_level)
        if standing.in_order(row, share.standard, share.expected, kind, self._around):
            return share.deviations
        own = standing.deviations(row, standard=share.standard, expected=share.expected, kind=kind, around=self._around)
        return [*share.deviations, *own]

    def share(self, row: Listed) -> Share:
        """Return what the row has in common with others."""
        key = row.item, row.overrides
        found = self._shares.get(key)
        if found is None:
            found = self._shares[key] = self._judge(row.item, row.overrides)
        return found

    def item(self, item: BasicItem) -> tuple[Deviation, ...]:
        """Return what a basic item breaks by itself."""
        return content.of_item(_compared(item, item, self._known))

    def _judge(self, key: int, overrides: str) -> Share:
        if key not in self._items:
            self._items |= matters.item_versions([key])
            self._of_item[key] = self.item(self._items[key])
        standard = self._items[key]
        if overrides == _NOTHING:
            return Share(standard, standing.columns(standard), (), {})
        compared = with_own(standard, overrides, self._known)
        found = content.deviations(compared, self._of_item[key])
        return Share(standard, standing.columns(compared.local), found, _reasons(overrides))

    def _kind(self, department_kind: str, use_level: str) -> str:
        key = department_kind, use_level
        if key not in self._kinds:
            self._kinds[key] = matters.acting_kind(department_kind, use_level)
        return self._kinds[key]


def with_own(standard: BasicItem, overrides: str, known: Known) -> Compared:
    """Apply a place's own values, those too that it may not set, and say which could not be."""
    local, locked, unreadable, emptied = standard, [], [], []
    for one in msgspec.json.decode(overrides, type=tuple[Override, ...]):
        try:
            if matters.may_differ(one.field):
                local = matters.local_item(local, (one,))
                if one.field in _PLACE and not msgspec.convert(one.value, dict[str, str]).get("zh", "").strip():
                    emptied.append(one.field)
            else:
                local = replace(local, **{one.field: msgspec.convert(one.value, _TYPES[one.field])})
                locked.append(one)
        except (KeyError, msgspec.ValidationError):
            unreadable.append(one)
    made = _compared(standard, local, known)
    return replace(made, locked=tuple(locked), unreadable=tuple(unreadable), emptied=tuple(emptied))


def _compared(standard: BasicItem, local: BasicItem, known: Known) -> Compared:
    broken = (*matters.broken_rules(local), *_phones(local.more))
    return Compared(standard=standard, local=local, broken=broken, known=known)


def _phones(more: Any) -> Iterator[Broken]:
    """Phones count where a place wrote them: service points publish none yet."""
    if "link_way" in more or "supervise_way" in more:
        yield from matters.broken_phones(str(more.get("link_way", "")), str(more.get("supervise_way", "")))


def _reasons(overrides: str) -> dict[str, str]:
    own = msgspec.json.decode(overrides, type=tuple[Override, ...])
    return {_FIELDS.get(one.field, one.field): one.reason.zh for one in own}
