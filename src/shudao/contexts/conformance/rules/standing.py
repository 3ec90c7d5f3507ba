"""What the row of an implementation breaks, whatever it says: codes, body, level, and its copies for lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from stdnum.cn import uscc

from shudao.contexts.conformance.contracts.rules import Deviation
from shudao.contexts.conformance.rules.written import written
from shudao.contexts.matters.contracts import BasicItem, Listed

_TASK = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}[1-6][0-9]{12}\Z")
_FIRST = Listed._fields.index("code")
COLUMNS = Listed._fields[_FIRST:]
_OFFERED = frozenset("12")


@dataclass(frozen=True, slots=True)
class Body:
    """A body as identity has it. `level`: its division's, 1 province … 5 village."""

    division: str
    kind: str
    level: int


@dataclass(frozen=True, slots=True)
class Around:
    """What rows are held against: bodies by credit code, states of basic items by catalogue code."""

    bodies: Mapping[str, Body]
    states: Mapping[str, str]


def columns(item: BasicItem) -> tuple[str | int, ...]:
    """Return what the copies for lists ought to be, in the order of COLUMNS."""
    return (
        item.code, item.name.zh, item.name.en, item.task_type, item.project_type, item.department_kind, item.tier,
        item.visits, item.legal.amount, item.legal.unit, item.promised.amount, item.promised.unit,
    )  # fmt: skip


def deviations(
    row: Listed, *, standard: BasicItem, expected: tuple[str | int, ...], kind: str, around: Around
) -> list[Deviation]:
    """
    Return what the row breaks.

    Args:
        row: As it is kept.
        standard: The version of the basic item that it inherits from.
        expected: `columns` of the place's version.
        kind: The kind of body that ought to act at its level.
        around: Bodies and items.
    """
    return [
        *_catalogue(row, standard, around),
        *_codes(row),
        *_body(row, kind, around),
        *_level(row, standard, around),
        *_copies(row, expected),
    ]


def in_order(row: Listed, standard: BasicItem, expected: tuple[str | int, ...], kind: str, around: Around) -> bool:
    """Return whether `deviations` would find nothing: the quick way, for rows that are as they should be."""
    body = around.bodies.get(row.department)
    return (
        body is not None
        and row[_FIRST:] == expected
        and row.catalog_code == standard.catalog_code
        and row.task_code == f"{row.department}{row.use_level}{row.catalog_code}"
        and row.use_level in standard.levels
        and body.division == row.division
        and body.kind == kind
        and row.use_level == str(body.level + 1)
        and around.states.get(row.catalog_code) in _OFFERED
        and is_credit_code(row.department)
        and _TASK.match(row.task_code) is not None
    )


@cache
def is_credit_code(code: str) -> bool:
    """Return whether characters and check digit of a credit code are right. Source: GB 32100, facts §4."""
    return bool(uscc.is_valid(code)) and code == code.upper()


def _catalogue(row: Listed, standard: BasicItem, around: Around) -> Iterator[Deviation]:
    """The catalogue code is that of the item inherited from, and the item is offered. Source: GB/T 39554.1-2020."""
    if row.catalog_code != standard.catalog_code:
        yield Deviation("item-unknown", "catalog_code", "", written(standard.catalog_code), written(row.catalog_code))
    elif around.states.get(row.catalog_code) not in _OFFERED:
        yield Deviation("item-unknown", "catalog_code", found=written(row.catalog_code))


def _codes(row: Listed) -> Iterator[Deviation]:
    """31 characters = credit code 18 + level 1 + item 12, with the right check digit. Source: facts §1.2, §4."""
    ought = f"{row.department}{row.use_level}{row.catalog_code}"
    valid = is_credit_code(row.department)
    if row.task_code != ought or (valid and not _TASK.match(row.task_code)):
        yield Deviation("task-code", "task_code", "", written(ought), written(row.task_code))
    if not valid:
        yield Deviation("body-code", "department", found=written(row.department))


def _body(row: Listed, kind: str, around: Around) -> Iterator[Deviation]:
    """The body is registered, for this division, and of the kind that acts here. Source: facts §1.4 (dept_code)."""
    if not is_credit_code(row.department):
        return
    body = around.bodies.get(row.department)
    if body is None:
        yield Deviation("body-unknown", "department", found=written(row.department))
    elif body.division != row.division or body.kind != kind:
        yield Deviation(
            "body-unknown", "department", "", written([body.division, kind]), written([row.division, body.kind])
        )


def _level(row: Listed, standard: BasicItem, around: Around) -> Iterator[Deviation]:
    """The level is one of the item's, and that of the body's division. Source: facts §1.3 (use_level)."""
    body = around.bodies.get(row.department)
    own = str(body.level + 1) if body else row.use_level
    if row.use_level not in standard.levels or row.use_level != own:
        yield Deviation("level", "use_level", "", written(sorted(standard.levels)), written(row.use_level))


def _copies(row: Listed, expected: tuple[str | int, ...]) -> Iterator[Deviation]:
    """What lists show is what the implementation says. Source: DESIGN 17 (materialised columns)."""
    for name, ought, found in zip(COLUMNS, expected, row[_FIRST:], strict=True):
        if ought != found:
            yield Deviation("columns", name, "", written(ought), written(found))
