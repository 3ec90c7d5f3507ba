"""Write the catalogue for others: the tables of the national exchange, or CPSV-AP."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from shudao.contexts.matters.adapters import cpsv, sheets
from shudao.contexts.matters.adapters.tables import MATTERS_MEMBER
from shudao.contexts.matters.contracts import BasicItem
from shudao.contexts.matters.queries import offers
from shudao.contexts.matters.queries.present import Present
from shudao.contexts.matters.rules import fields as table
from shudao.contexts.matters.rules import national, national_rows
from shudao.contexts.matters.rules.national import NationalFields
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions

FORMATS = ("cpsv-ap-turtle", "cpsv-ap-jsonld", "national")
_IN_USE = "1"
_KEEPER = "sj"


def export(form: str, out: Path, *, division: str | None) -> int:
    """Write the file whole or not at all; return how many matters are in it."""
    part = out.with_name(f".{out.name}.part")
    try:
        count = _national(part, division) if form == "national" else _cpsv(form.rpartition("-")[2], part, division)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def cpsv_bytes(form: str, division: str | None = None) -> tuple[bytes, int]:
    """Return the catalogue in CPSV-AP 3.2.0, `form` "turtle" or "jsonld", and how many services it has."""
    present = Present()
    services = list(_carried_out(present, division) if division else _items())
    cited = {code for one in services for code in one.matter.cited}
    graph = cpsv.graph(services, publisher=_publisher(), articles=present.articles(cited))
    return cpsv.written(graph, form), len(services)


def _cpsv(form: str, out: Path, division: str | None) -> int:
    told, count = cpsv_bytes(form, division)
    out.write_bytes(told)
    return count


def _items() -> Iterator[cpsv.Service]:
    root = regions.roots()[0]
    for item in offers.basic_items():
        found = identity.departments(kind=item.department_kind, division=root.code)
        bodies = tuple(cpsv.Body(one.code, one.name, root.code, root.name) for one in found[:1])
        yield cpsv.Service(item.catalog_code, item, _IN_USE, bodies or (_publisher(),))


def _carried_out(present: Present, division: str | None) -> Iterator[cpsv.Service]:
    for matter, _ in present.every(division):
        body = cpsv.Body(matter.department, matter.department_name, matter.division, matter.division_name)
        yield cpsv.Service(matter.task_code, matter, matter.state, (body,))


def _publisher() -> cpsv.Body:
    root = regions.roots()[0]
    found = identity.departments(kind=_KEEPER, division=root.code)
    code, name = (found[0].code, found[0].name) if found else (root.code, root.name)
    return cpsv.Body(code, name, root.code, root.name)


def _national(out: Path, division: str | None) -> int:
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as name:
        folder = Path(name)
        count = _tables(folder, division)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(folder.iterdir()):
                with path.open("rb") as file, packed.open(sheets.info(path.name), "w", force_zip64=True) as member:
                    shutil.copyfileobj(file, member)
    return count


def _tables(folder: Path, division: str | None) -> int:
    """One row a matter in the single tables, one a paper, fee or question in the others; the whole matters as JSON."""
    count = 0
    with contextlib.ExitStack() as stack:
        files = {group: stack.enter_context(sheets.Tables(folder, group, _header(group))) for group in table.GROUPS}
        whole = stack.enter_context((folder / MATTERS_MEMBER).open("wb"))
        for fields in _catalogue():
            files["catalog"].row(_cells("catalog", fields, ""))
        for matter, every in Present().every(division):
            count += 1
            whole.write(msgspec.json.encode(every) + b"\n")
            for group in table.GROUPS[1:]:
                for row in _rows(every, group):
                    files[group].row(_cells(group, row, matter.task_code))
    return count


def _catalogue() -> Iterator[dict[str, Any]]:
    present = Present()
    for item in offers.basic_items():
        yield _catalog_fields(item, present)


def _catalog_fields(item: BasicItem, present: Present) -> dict[str, Any]:
    return national.catalog(item, present.articles(item.cited))


def _header(group: str) -> list[str]:
    return [*_key(group), *(one.name for one in table.of(group))]


def _key(group: str) -> list[str]:
    return [] if group in ("catalog", "implementation") else ["task_code"]


def _rows(every: NationalFields, group: str) -> list[dict[str, Any]]:
    rows: Any = every[group]  # type: ignore[literal-required]
    return rows if isinstance(rows, list) else [rows]


def _cells(group: str, row: dict[str, Any], task_code: str) -> list[str]:
    key = [task_code] if _key(group) else []
    return [*key, *(national_rows.inert(table.write(one, row[one.name])) for one in table.of(group))]
