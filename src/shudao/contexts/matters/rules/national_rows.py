"""
A matter as a file of the national exchange says it: which columns are which fields, what rows say and break.

A flat table holds one group (or implementation and extension side by side), its columns named as the exchange names
them or in Chinese; JSON holds all groups of a matter in one object, as the export writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shudao.contexts.matters.contracts import CodeInvalid
from shudao.contexts.matters.contracts.imports import ListedMatter, RowFinding
from shudao.contexts.matters.rules import codes, local_codes
from shudao.contexts.matters.rules import fields as table

Given = dict[str, Any]
"""Group → field → value, only what the row says; of materials, fees and questions a list of such rows."""

REFUSING = frozenset(
    {
        "row-shape", "field-value", "field-length", "field-list", "field-characters", "field-unknown", "code-catalog",
        "code-task", "code-mismatch", "code-taken", "parent", "duplicate-code",
    }
)  # fmt: skip
"""What a row of the exchange is not taken in with; the rest is told and taken in."""

_BOOKKEEPING = ("row_guid", "task_version")
_FORMULA = ("=", "+", "@", "＝", "＋", "＠")
# An apostrophe that is meant gets one, too: what was written is read again.
_RUNNING = (*_FORMULA, "-", "－", "'", "\t", "\r", "\n")
_TABLES: tuple[tuple[str, ...], ...] = (
    ("implementation",),
    ("extension",),
    ("catalog",),
    ("implementation", "extension"),
)
_MOST, _MOST_ROWS = 200, 500


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a flat table belong: column → (group, field)."""

    groups: tuple[str, ...]
    places: Mapping[str, tuple[str, str]]


def columns(names: Sequence[str]) -> Columns | None:
    """Return what a header means, None where it is no table of the exchange. An extension is keyed by `task_code`."""
    for groups in _TABLES:
        key = () if "implementation" in groups or groups == ("catalog",) else (("implementation", "task_code"),)
        known = {word: place for place in [*_places(groups), *key] for word in (place[1], table.field(*place).title.zh)}
        needed = "catalog_code" if groups == ("catalog",) else "task_code"
        places = {name: known[name] for name in names if name in known}
        if len(places) == len(names) and needed in [field for _, field in places.values()]:
            return Columns(groups, places)
    return None


def of_cells(cells: Mapping[str, str], header: Columns) -> tuple[Given, list[RowFinding]]:
    """Return what a flat row says, and what could not be read."""
    raw: Given = {}
    for name, cell in cells.items():
        group, field = header.places[name]
        raw.setdefault(group, {})[field] = meant(cell)
    return of_groups(raw)


def inert(text: str) -> str:
    """Return a cell as a CSV file may hold it: an apostrophe before what a spreadsheet could take for a formula."""
    return f"'{text}" if text.startswith(_RUNNING) else text


def meant(cell: str) -> str:
    """Return what a cell means: `meant(inert(text)) == text`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUNNING) else cell


def of_groups(raw: Mapping[str, Any]) -> tuple[Given, list[RowFinding]]:
    """Return what a nested row says, and what could not be read."""
    given: Given = {}
    found: list[RowFinding] = []
    for group, rows in raw.items():
        if group in table.SINGLE and isinstance(rows, Mapping):
            given[group] = _row(group, rows, found)
        elif group in table.MANY and isinstance(rows, list) and len(rows) <= _MOST_ROWS:
            given[group] = [_row(group, one, found) for one in rows if isinstance(one, Mapping)]
        else:
            found.append(RowFinding("field-unknown", str(group)[:_MOST]))
    return given, found


def listed(line: int, given: Given, values: Mapping[str, Any]) -> ListedMatter:
    """Return the row as a listed matter. Its key is its implementation code, of the catalogue its catalogue code."""
    one: Mapping[str, Any] = given.get("implementation") or given.get("catalog") or {}
    code = str(one.get("task_code") or one.get("catalog_code") or "")
    catalog = str(one.get("catalog_code") or (code[19:31] if len(code) == 31 else ""))
    kind = "task" if one.get("task_code") else "catalog"
    return ListedMatter(
        line=line,
        key=f"{kind}:{code}"[:_MOST],
        code=code[:_MOST],
        catalog_code=catalog,
        name=str(one.get("task_name") or ""),
        main_item=str(given.get("catalog", {}).get("parent_catalog_code") or ""),
        task_type=str(one.get("task_type") or (catalog[2:4] if len(catalog) == 12 else "")),
        area=str(given.get("extension", {}).get("village_code") or given.get("extension", {}).get("town_code") or ""),
        body=str(one.get("dept_code") or (code[:18] if len(code) == 31 else "")),
        body_name=str(one.get("dept_name") or "")[:_MOST],
        values=values,
    )


def findings(given: Given) -> list[RowFinding]:
    """
    Return what a row's fields break among themselves; reading them has told what each breaks alone.

    Source:
        GB/T 39554.1-2020, C0109; proved by tests/contexts/matters/rules/test_national_rows.py
    """
    return [*_missing(given), *_catalog_code(given), *_task_code(given), *_local(given)]


def differences(given: Given, present: Mapping[str, Any]) -> Iterator[RowFinding]:
    """Yield every field that the row says and `present` (as `national.fields` gives it) has otherwise."""
    for group, said in given.items():
        known = present[group]
        if group in table.SINGLE:
            yield from _differing(group, said, known, "")
            continue
        if len(said) != len(known):
            yield RowFinding("differs", group, str(len(said)), str(len(known)))
        for number, (row, other) in enumerate(zip(said, known, strict=False), start=1):
            yield from _differing(group, row, other, f".{number}")


def _differing(group: str, said: Mapping[str, Any], known: Mapping[str, Any], at: str) -> Iterator[RowFinding]:
    for name, value in said.items():
        if name in _BOOKKEEPING:
            continue
        one = table.field(group, name)
        if table.write(one, value) != table.write(one, known[name]):
            yield RowFinding(
                "differs", f"{group}{at}.{name}", table.write(one, value)[:_MOST], table.write(one, known[name])[:_MOST]
            )


def _places(groups: Sequence[str]) -> list[tuple[str, str]]:
    return [(one.group, one.name) for group in groups for one in table.of(group)]


def _row(group: str, raw: Mapping[str, Any], found: list[RowFinding]) -> dict[str, Any]:
    named, values = table.named(group), {}
    for name, value in raw.items():
        if name not in named:
            found.append(RowFinding("field-unknown", f"{group}.{str(name)[:100]}"))
            continue
        try:
            values[name] = table.checked(named[name], value)
        except table.FieldWrong as error:
            found.append(RowFinding(f"field-{error.rule}", f"{group}.{name}", _shown(value)))
            continue
        if isinstance(values[name], str) and str(values[name]).startswith(_FORMULA):
            found.append(RowFinding("formula", f"{group}.{name}", _shown(value)))
    return values


def _shown(value: object) -> str:
    text = str(value)[:_MOST]
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _missing(given: Given) -> Iterator[RowFinding]:
    """Needed fields that are there and empty; a column that a table does not have says nothing."""
    for group, rows in given.items():
        for row in rows if isinstance(rows, list) else [rows]:
            for one in table.missing(group, row):
                if one.name in row:
                    yield RowFinding("field-missing", f"{group}.{one.name}")


def _catalog_code(given: Given) -> Iterator[RowFinding]:
    for group in ("catalog", "implementation"):
        row = given.get(group, {})
        code = row.get("catalog_code")
        if code is None:
            continue
        try:
            parts = codes.parse_catalog_code(code)
        except CodeInvalid:
            yield RowFinding("code-catalog", f"{group}.catalog_code", code[:_MOST])
            continue
        if row.get("task_type") and row["task_type"] != parts.type:
            yield RowFinding("type-code", f"{group}.task_type", row["task_type"], parts.type)
        if row.get("parent_catalog_code", parts.parent) != parts.parent:
            yield RowFinding("parent", "catalog.parent_catalog_code", row["parent_catalog_code"], parts.parent)


def _task_code(given: Given) -> Iterator[RowFinding]:
    row = given.get("implementation", {})
    if "task_code" not in row:
        return
    code = row["task_code"]
    try:
        parts = codes.parse_task_code(code)
    except CodeInvalid:
        fault = local_codes.body_fault(code[:18]) if len(code) == 31 else ""
        if fault:
            yield RowFinding(f"body-{fault}", "implementation.task_code", code[:18])
        yield RowFinding("code-task", "implementation.task_code", code[:_MOST])
        return
    told = (
        ("catalog_code", "code-mismatch", parts.catalog),
        ("dept_code", "dept-differs", parts.body),
        ("use_level", "level-differs", parts.level),
    )
    for name, rule, known in told:
        if row.get(name) and row[name] != known:
            yield RowFinding(rule, f"implementation.{name}", row[name], known)
    handle = row.get("task_handle_item")
    if handle and not (handle.startswith(code) and handle[31:].isdigit()):
        yield RowFinding("code-handle", "implementation.task_handle_item", handle, code)


def _local(given: Given) -> Iterator[RowFinding]:
    code = given.get("implementation", {}).get("local_task_code")
    if not code:
        return
    try:
        parts = local_codes.parse(code)
    except CodeInvalid:
        yield RowFinding("local-code", "implementation.local_task_code", code)
        return
    kind = given["implementation"].get("task_type")
    if kind and parts.types and kind not in parts.types:
        yield RowFinding("type-letter", "implementation.local_task_code", kind, "、".join(parts.types))
