"""Imports and the entries of lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from django.db.models import QuerySet

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts.imports import (
    ImportNotFound,
    ImportState,
    ImportSummary,
    ListedRow,
    Outcome,
    RowFinding,
)
from shudao.kernel.paging import Page, bounds

SORTS = {"line": "line", "-line": "-line", "name": "name", "-name": "-name", "score": "score", "-score": "-score"}


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries of an import are wanted; "" means all. `text` is looked for in name and code."""

    outcome: str = ""
    rule: str = ""
    text: str = ""
    sort: str = "line"


def imports(page: int, size: int) -> Page[ImportSummary]:
    """Read imports, the latest first."""
    start, stop = bounds(page, size)
    found = models.Import.objects.order_by("-created_at", "-pk")
    return Page(tuple(summary_of(row) for row in found[start:stop]), page, size, found.count())


def one(number: str) -> ImportSummary:
    """Read one import. Raises ImportNotFound."""
    return summary_of(row_of(number))


def row_of(number: str) -> models.Import:
    """Read one row. Raises ImportNotFound."""
    row = models.Import.objects.filter(number=number[:36] if number.isprintable() else "").first()
    if row is None:
        raise ImportNotFound()
    return row


def entries(number: str, chosen: EntryFilter, page: int, size: int) -> Page[ListedRow]:
    """Read entries of an import."""
    start, stop = bounds(page, size)
    found = _chosen(number, chosen)
    return Page(tuple(_listed(row) for row in found[start:stop]), page, size, found.count())


def every_entry(number: str, chosen: EntryFilter) -> Iterator[ListedRow]:
    """Stream entries of an import."""
    return map(_listed, _chosen(number, chosen).iterator(chunk_size=2000))


def summary_of(row: models.Import) -> ImportSummary:
    """Turn a row into its contract."""
    return ImportSummary(
        number=row.number,
        name=row.name,
        form=row.form,
        state=ImportState(row.state),
        rows=row.rows,
        position=row.position,
        refused=row.refused,
        matched=row.matched,
        unmatched=row.unmatched,
        new=row.new,
        changed=row.changed,
        findings=dict(row.findings),
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _chosen(number: str, chosen: EntryFilter) -> QuerySet[models.ListedEntry]:
    found = models.ListedEntry.objects.filter(source=row_of(number))
    if chosen.outcome:
        found = found.filter(outcome=chosen.outcome)
    if chosen.rule:
        found = found.filter(rules__contains=f"^{chosen.rule}^")
    if chosen.text:
        found = found.filter(name__contains=chosen.text) | found.filter(code__contains=chosen.text)
    return found.order_by(SORTS.get(chosen.sort, "line"), "pk")


def _listed(row: models.ListedEntry) -> ListedRow:
    return ListedRow(
        line=row.line,
        code=row.code,
        name=row.name,
        body_name=row.body_name,
        area=row.area,
        task_type=row.task_type,
        outcome=Outcome(row.outcome),
        catalog_code=row.catalog_code,
        score=row.score / 1000,
        reasons=tuple(row.reasons),
        findings=msgspec.convert(row.findings, tuple[RowFinding, ...]),
    )
