"""Bring the library to its content: check everything, then write in one unit of work, one event, one audit entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.contracts import BasicItem, ContentRefused, Loaded
from shudao.contexts.matters.events import CatalogueLoaded
from shudao.contexts.matters.models import FormerImplementation, Implementation
from shudao.contexts.matters.services import implement, write_laws, write_library
from shudao.contexts.matters.services.read_content import Content, read
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox

DATA = Path(__file__).resolve().parents[1] / "data"
_CANCELLED = "3"
_VERSION = implement.COLUMNS.index("version")
_STATE = implement.COLUMNS.index("state")
_FORMER = (
    "task_code", "version", "item_version_id", "division", "use_level", "department", "department_name",
    "department_name_en", "body_kind", "overrides", "state",
)  # fmt: skip
Row = tuple[Any, ...]


def load(*, folder: Path | None, divisions: tuple[str, ...], overwrite: bool, acting: Actor, now: datetime) -> Loaded:
    """Read, check, write."""
    content = read(folder or DATA)
    findings = (*content.findings, *implement.check(content.items, content.entries))
    if findings:
        raise ContentRefused(findings)
    with outbox.unit_of_work():
        loaded, new_items = _write(content, divisions, overwrite, now)
        after = {**asdict(loaded), "divisions": list(divisions)}
        audit.record(acting=acting, action="matters.load", target="library", now=now, after=after)
        event = CatalogueLoaded(items=new_items, new=loaded.new, changed=loaded.changed, cancelled=loaded.cancelled)
        outbox.emit(event, now=now)
    return loaded


def _write(
    content: Content, divisions: tuple[str, ...], overwrite: bool, now: datetime
) -> tuple[Loaded, tuple[str, ...]]:
    documents, kept = write_laws.laws(content.articles, overwrite=overwrite, now=now)
    forms = write_library.forms(content.forms, now)
    items = {code: _with_form(item, forms) for code, item in content.items.items()}
    versions, new_items = write_library.items(items, now)
    write_library.index(items)
    new, changed, unchanged, cancelled = _implement(
        implement.rows(items, versions, content.entries, divisions), divisions, now
    )
    return (
        Loaded(
            documents=documents,
            articles=len(content.articles),
            forms=len(forms),
            items=len(items),
            new_item_versions=len(new_items),
            implementations=new + changed + unchanged,
            new=new,
            changed=changed,
            unchanged=unchanged,
            cancelled=cancelled,
            kept=kept,
        ),
        new_items,
    )


def _with_form(item: BasicItem, versions: dict[str, int]) -> BasicItem:
    return replace(item, form_version=versions[item.form_code])


def _implement(wanted: Iterator[Row], divisions: tuple[str, ...], now: datetime) -> tuple[int, int, int, int]:
    present = _present(divisions)
    new, changed, unchanged = [], [], 0
    for row in wanted:
        former = present.pop(row[0], None)
        if former is None:
            new.append(row)
        elif former[2:] == row[2 : implement.IDENTITY]:
            unchanged += 1
        else:
            changed.append((row[0], former[_VERSION] + 1, *row[2:]))
    gone = [code for code, former in present.items() if former[_STATE] != _CANCELLED]
    _keep_former([row[0] for row in changed] + gone, now)
    bulk.insert(Implementation, implement.COLUMNS, new)
    bulk.update(Implementation, "task_code", implement.COLUMNS[1:], ((*row[1:], row[0]) for row in changed))
    bulk.update(
        Implementation, "task_code", ("version", "state"),
        ((present[code][_VERSION] + 1, _CANCELLED, code) for code in gone),
    )  # fmt: skip
    return len(new), len(changed), unchanged, len(gone)


def _present(divisions: tuple[str, ...]) -> dict[str, Row]:
    rows = bulk.read(Implementation, implement.COLUMNS[: implement.IDENTITY], json_column="overrides")
    return {row[0]: row for row in rows if implement.concerns(row[4], divisions)}


def _keep_former(codes: list[str], now: datetime) -> None:
    at = connection.ops.adapt_datetimefield_value(now)
    bulk.copy_rows(Implementation, FormerImplementation, _FORMER, ("superseded_at", at), "task_code", codes)
