"""
A province's own list of matters as its portal hands it out: eight columns, Sichuan's codes, each row judged alone.

Columns: department, main_item, name, item_code, task_type, task_type_name, area_code, dept_code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from shudao.contexts.matters.contracts import CodeInvalid
from shudao.contexts.matters.contracts.imports import ListedMatter, RowFinding
from shudao.contexts.matters.rules import local_codes, values

COLUMNS = frozenset(
    {"department", "main_item", "name", "item_code", "task_type", "task_type_name", "area_code", "dept_code"}
)
_AREA = re.compile(r"[1-9][0-9]{11}\Z")
_BODY_AT_END = re.compile(r"-000-([^-\s]{5,30})-[0-9]-[0-9]{2}\Z")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_MOST = 200
Row = Mapping[str, str]


def listed(line: int, row: Row) -> ListedMatter:
    """
    Return a row as a listed matter; nothing of it is lost: `values` holds it whole.

    Its key is area and code; two rows with the same code are told apart by who reads the file.
    """
    code, parts = row["item_code"].strip(), _parts(row)
    return ListedMatter(
        line=line,
        key=f"{row['area_code'].strip()}:{code}"[:_MOST],
        code=code[:_MOST],
        catalog_code=parts.item if parts else "",
        name=row["name"].strip()[:1000],
        main_item=row["main_item"].strip()[:1000],
        task_type=_type(row),
        area=row["area_code"].strip()[:12],
        body=(parts.body if parts else _body(row))[:_MOST],
        body_name=row["department"].strip()[:_MOST],
        values=dict(row),
    )


def findings(row: Row) -> list[RowFinding]:
    """
    Return every defect of a row by itself.

    Source:
        the field facts §1.2, §7; proved by tests/contexts/matters/rules/test_local_lists.py
    """
    return [*_code(row), *_bodies(row), *_types(row), *_texts(row)]


def _parts(row: Row) -> local_codes.LocalCode | None:
    try:
        return local_codes.parse(row["item_code"].strip())
    except CodeInvalid:
        return None


def _body(row: Row) -> str:
    found = _BODY_AT_END.search(row["item_code"].strip())
    return found[1] if found else ""


def _type(row: Row) -> str:
    return row["task_type"].strip().zfill(2)[:2]


def _code(row: Row) -> Iterator[RowFinding]:
    code, parts, area = row["item_code"].strip(), _parts(row), row["area_code"].strip()
    if not _AREA.match(area):
        yield _found("area-code", "area_code", area)
    if parts is None:
        yield _found("local-code", "item_code", code) if code else _found("field-missing", "item_code")
        return
    yield from _parts_of_code(row, parts)
    if parts.area != area:
        yield _found("local-area", "item_code", parts.area, area)


def _parts_of_code(row: Row, parts: local_codes.LocalCode) -> Iterator[RowFinding]:
    if not parts.is_item_whole:
        yield _found("local-item", "item_code", parts.item)
    if not parts.types:
        yield _found("local-letter", "item_code", parts.letter)
    elif _type(row) not in parts.types:
        yield _found("type-letter", "task_type", _type(row), "、".join(parts.types))


def _bodies(row: Row) -> Iterator[RowFinding]:
    parts, column = _parts(row), row["dept_code"].strip()
    body = parts.body if parts else _body(row)
    fault = local_codes.body_fault(body)
    if fault:
        yield _found(f"body-{fault}", "item_code", body)
    fault = local_codes.body_fault(column)
    if fault:
        yield _found("dept-code", "dept_code", column)
    elif body and column != body:
        yield _found("dept-differs", "dept_code", column, body)


def _types(row: Row) -> Iterator[RowFinding]:
    given, code = row["task_type"].strip(), _type(row)
    if code not in values.codes("task_type"):
        yield _found("type-unknown", "task_type", given)
        return
    if given != code:
        yield _found("type-zero", "task_type", given, code)
    said, known = row["task_type_name"].strip(), values.label("task_type", code).zh
    if said != known:
        yield _found("type-name", "task_type_name", said, known)


def _texts(row: Row) -> Iterator[RowFinding]:
    if not row["main_item"].strip():
        yield _found("main-missing", "main_item")
    for name in ("name", "department"):
        if not row[name].strip():
            yield _found("field-missing", name)
    for name, text in row.items():
        if any(not one.isprintable() for one in text.strip()):
            yield _found("field-characters", name, text)
        if text.strip().startswith(_FORMULA):
            yield _found("formula", name, text)


def _found(rule: str, field: str, given: str = "", known: str = "") -> RowFinding:
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in given)
    return RowFinding(rule, field, shown[:_MOST], known[:_MOST])
