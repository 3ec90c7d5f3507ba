"""Implement the catalogue: one implementation for each division of an item's levels that has a body for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.contracts import BasicItem, ContentRefused, Finding, Override
from shudao.contexts.matters.models import BasicItemVersion
from shudao.contexts.matters.rules import codes, consistency, inherit
from shudao.contexts.matters.services.read_content import Entry
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department

COLUMNS = (
    "task_code", "version", "item_version_id", "overrides", "division", "department", "department_name",
    "department_name_en", "state", "use_level", "body_kind", "catalog_code", "code", "name", "name_en", "task_type",
    "project_type", "department_kind", "audience", "themes", "events", "tier", "visits", "legal_amount", "legal_unit",
    "promised_amount", "promised_unit", "hot",
)  # fmt: skip
INHERITED = COLUMNS[11:]
IDENTITY = 9  # the first columns say which version a row is; the rest follows from them


@dataclass(frozen=True, slots=True)
class _Share:
    """What all implementations of one item with the same overrides have in common."""

    overrides: str
    columns: tuple[Any, ...]


def rows(
    items: dict[str, BasicItem],
    versions: dict[str, BasicItemVersion],
    entries: list[Entry],
    divisions: tuple[str, ...],
) -> Iterator[tuple[Any, ...]]:
    """Yield every implementation that ought to be, as a row of COLUMNS with version 1."""
    bodies = cache(lambda kind, level: _bodies(kind, level, divisions))
    for code, item in items.items():
        chosen = [entry for entry in entries if entry.item == code]
        shares: dict[tuple[int, ...], _Share] = {}
        for use_level in item.levels:
            kind = inherit.acting_kind(item.department_kind, use_level)
            for body in bodies(kind, int(use_level) - 1):
                holding = tuple(n for n, entry in enumerate(chosen) if entry.holds(use_level, body.division))
                share = shares.get(holding)
                if share is None:
                    share = shares[holding] = _share(item, [chosen[n] for n in holding])
                yield (
                    f"{body.code}{use_level}{item.catalog_code}", 1, versions[code].pk, share.overrides, body.division,
                    body.code, body.name.zh, body.name.en, "1", use_level, kind, *share.columns,
                )  # fmt: skip


def check(items: dict[str, BasicItem], entries: list[Entry]) -> list[Finding]:
    """Return what the places' versions break: each entry of an overrides file is tried on its item."""
    findings = []
    for entry in entries:
        item = items[entry.item]
        try:
            changed = inherit.as_item(item, inherit.apply(item, entry.overrides))
        except (KeyError, msgspec.ValidationError) as error:
            findings.append(Finding("0", entry.where, f"改写的值不合格：{error}"))
            continue
        findings += [Finding(one.rule, entry.where, f"{one.field}：{one.says}") for one in consistency.check(changed)]
    return findings


def _share(item: BasicItem, entries: list[Entry]) -> _Share:
    overrides: tuple[Override, ...] = tuple(one for entry in entries for one in entry.overrides)
    changed = inherit.as_item(item, inherit.apply(item, overrides))
    broken = consistency.check(changed)
    if broken:  # entries that are right alone can be wrong together
        where = entries[-1].where if entries else item.code
        raise ContentRefused(tuple(Finding(one.rule, where, f"{one.field}：{one.says}") for one in broken))
    return _Share(bulk.json_text(msgspec.to_builtins(overrides)), columns(changed))


def columns(item: BasicItem) -> tuple[Any, ...]:
    """Return what lists show of an item as a place has it, in the order of INHERITED."""
    return (
        item.catalog_code, item.code, item.name.zh, item.name.en, item.task_type, item.project_type,
        item.department_kind, item.audience, _set(item.themes), _set(item.events), item.tier, item.visits,
        item.legal.amount, item.legal.unit, item.promised.amount, item.promised.unit, item.hot,
    )  # fmt: skip


def _set(parts: tuple[str, ...]) -> str:
    return f"^{'^'.join(parts)}^" if parts else ""


def _bodies(kind: str, level: int, divisions: tuple[str, ...]) -> list[Department]:
    everywhere = identity.departments(kind=kind, level=level)
    if not everywhere:
        raise ContentRefused((Finding("0", "levels", f"第 {level} 级区划没有 {kind} 类机构，无法实施。"),))
    found = [one for one in everywhere if concerns(one.division, divisions)]
    for body in found:
        codes.parse_task_code(f"{body.code}{level + 1}510100000000")
    return found


def concerns(division: str, prefixes: tuple[str, ...]) -> bool:
    """Return whether a division lies under one of the prefixes, or above one; no prefixes means all."""
    significant = division.rstrip("0")
    return not prefixes or division.startswith(prefixes) or any(one.startswith(significant) for one in prefixes)
