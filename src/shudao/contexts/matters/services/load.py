"""Bring the library to its content: check everything, then write in one unit of work, one event, one audit entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.contracts import BasicItem, ContentRefused, Loaded
from shudao.contexts.matters.events import CatalogueLoaded
from shudao.contexts.matters.models import Implementation
from shudao.contexts.matters.queries import offers
from shudao.contexts.matters.services import former, implement, spreading, write_laws, write_library
from shudao.contexts.matters.services.read_content import Content, read
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox

DATA = Path(__file__).resolve().parents[1] / "data"
_CANCELLED = "3"
_CATALOG = slice(19, 31)  # where the catalogue code stands in an implementation's code
_VERSION = implement.COLUMNS.index("version")
_STATE = implement.COLUMNS.index("state")
Row = tuple[Any, ...]


def load(*, folder: Path | None, divisions: tuple[str, ...], overwrite: bool, acting: Actor, now: datetime) -> Loaded:
    """Read, check, write."""
    content = read(folder or DATA)
    findings = (*content.findings, *implement.check(content.items, content.entries))
    if findings:
        raise ContentRefused(findings)
    with outbox.unit_of_work():
        loaded, new_items = _write(content, divisions, overwrite, acting, now)
        after = {**asdict(loaded), "divisions": list(divisions)}
        audit.record(acting=acting, action="matters.load", target="library", now=now, after=after)
        event = CatalogueLoaded(items=new_items, new=loaded.new, changed=loaded.changed, cancelled=loaded.cancelled)
        outbox.emit(event, now=now)
    return loaded


def _write(
    content: Content, divisions: tuple[str, ...], overwrite: bool, acting: Actor, now: datetime
) -> tuple[Loaded, tuple[str, ...]]:
    documents, kept = write_laws.laws(content.articles, overwrite=overwrite, now=now)
    forms = write_library.forms(content.forms, now)
    items = {code: _with_form(item, forms) for code, item in content.items.items()}
    done = write_library.items(items, overwrite=overwrite, now=now)
    for code in done.overwritten:
        spreading.supersede(code, {"loaded": True}, acting=acting, now=now)
    items = {
        code: offers.item_of(row) if row.item.catalog_code in done.left else items[code]
        for code, row in done.accepted.items()
    }
    write_library.index({one.code: one for one in offers.basic_items()})
    wanted = implement.rows(items, done.accepted, content.entries, divisions)
    new, changed, unchanged, cancelled = _implement(wanted, divisions, done.left, now)
    return (
        Loaded(
            documents=documents,
            articles=len(content.articles),
            forms=len(forms),
            items=len(items),
            new_item_versions=len(done.new),
            implementations=new + changed + unchanged,
            new=new,
            changed=changed,
            unchanged=unchanged,
            cancelled=cancelled,
            kept=(*kept, *done.kept),
        ),
        tuple(done.new),
    )


def _with_form(item: BasicItem, versions: dict[str, int]) -> BasicItem:
    return replace(item, form_version=versions[item.form_code])


def _implement(
    wanted: Iterator[Row], divisions: tuple[str, ...], left: set[str], now: datetime
) -> tuple[int, int, int, int]:
    present = _present(divisions)
    new, changed, unchanged = [], [], 0
    for row in wanted:
        known = present.pop(row[0], None)
        if known is None:
            new.append(row)
        elif row[0][_CATALOG] in left or known[2:] == row[2 : implement.IDENTITY]:
            unchanged += 1
        else:
            changed.append((row[0], known[_VERSION] + 1, *row[2:]))
    gone = [code for code, known in present.items() if known[_STATE] != _CANCELLED and code[_CATALOG] not in left]
    former.keep([row[0] for row in changed] + gone, now)
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
