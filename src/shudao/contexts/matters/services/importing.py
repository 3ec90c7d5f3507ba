"""
Take in a list of matters: looked at first, then row by row in portions that each commit whole.

A file is told by its digest. Cut off at any moment, it goes on behind the last portion; again, nothing changes.
Every row is kept as it came with what became of it, so that none is lost and the counts add up.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from shudao.contexts.matters import models
from shudao.contexts.matters.adapters import tables
from shudao.contexts.matters.contracts.imports import (
    ImportState,
    ImportSummary,
    ImportUnderWay,
    JudgedRow,
    Outcome,
)
from shudao.contexts.matters.events import ImportBegun, ListImported
from shudao.contexts.matters.queries.imports import row_of, summary_of
from shudao.contexts.matters.rules.fields import storable
from shudao.contexts.matters.services import allowing
from shudao.contexts.matters.services.judging import Judge
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files import api as files
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id

PORTION = 500
_CHUNK = 1 << 20
_KEPT = (
    "source_id", "line", "digest", "code", "name", "main_item", "task_type", "area", "body", "body_name", "outcome",
    "catalog_code", "score", "reasons", "rules", "findings", "values",
)  # fmt: skip


def preview(path: Path, *, name: str, sample: int = 0) -> tuple[ImportSummary, list[JudgedRow]]:
    """Judge every row and write nothing: what an import would do, and the first rows with findings."""
    found: list[JudgedRow] = []
    counts = _Counts()
    table, judge = _opened(path)
    for rows in _portions(table):
        judged = judge.judge(rows)
        counts.add(judged, _standing(judged, ""))
        found += [one for one in judged if one.findings][: max(sample - len(found), 0)]
    return counts.summary(name, judge.kind, ImportState.PREVIEWED), found


def judged(number: str) -> Iterator[JudgedRow]:
    """Judge a stored file's rows anew, one after another, and write nothing. Raises ImportNotFound."""
    row = row_of(number)
    with stored(row.digest) as path:
        table, judge = _opened(path)
        for rows in _portions(table):
            yield from judge.judge(rows)


def register(path: Path, *, name: str, acting: Actor, now: datetime) -> ImportSummary:
    """Look at a file and keep what was seen under a number, so that somebody may decide."""
    allowing.require(allowing.keeps_lists(acting), acting)
    looked, _ = preview(path, name=name)
    with outbox.unit_of_work():
        row = _row(path, looked.form, name, acting, now)
        if row.state == ImportState.RUNNING.value:
            raise ImportUnderWay()
        row.state, row.position = ImportState.PREVIEWED.value, 0
        _set(row, looked)
        row.save()
        audit.record(acting=acting, action="matters.list_previewed", target=row.number, now=now, after=_told(looked))
    return summary_of(row)


def take_in(path: Path, *, name: str, acting: Actor, now: datetime) -> ImportSummary:
    """
    Take a file in, from its beginning or from where it was cut off.

    Raises:
        ImportUnreadable: the file is no list; what was done of it before it broke stays, and the import stays open.
    """
    allowing.require(allowing.keeps_lists(acting), acting)
    table, judge = _opened(path)
    with outbox.unit_of_work():
        row = _row(path, judge.kind, name, acting, now)
        if row.state != ImportState.RUNNING.value:
            _begin(row, acting, now)
    judge.skip(islice(table.rows, row.position))
    for rows in _portions(table):
        _take(row, judge.judge(rows))
    return _end(row, acting, now)


def begin(number: str, *, acting: Actor, now: datetime, key: str) -> ImportSummary:
    """Let an import that was looked at start, or go on; a job takes it in. Raises ImportNotFound."""
    allowing.require(allowing.keeps_lists(acting), acting)

    def do() -> ImportSummary:
        row = row_of(number)
        if row.state != ImportState.RUNNING.value:
            _begin(row, acting, now)
        outbox.emit(ImportBegun(number), now=now)
        return summary_of(row)

    return outbox.once(
        scope=f"matters.begin_import:{acting.account}", key=key, request=number, result_type=ImportSummary, do=do
    )


def take_in_stored(number: str, *, acting: Actor, now: datetime) -> ImportSummary:
    """Take in, or go on with, a file that lies in the store. Raises ImportNotFound."""
    row = row_of(number)
    with stored(row.digest) as path:
        return take_in(path, name=row.name, acting=acting, now=now)


@contextlib.contextmanager
def stored(digest: str) -> Iterator[Path]:
    """Give a path at which a stored file can be read while the block runs."""
    with files.open_file(digest) as file:
        yield Path(f"/proc/self/fd/{file.fileno()}")


def _opened(path: Path) -> tuple[tables.Table, Judge]:
    table = tables.read(path)
    return table, Judge(table)


def _portions(table: tables.Table) -> Iterator[list[tables.Row]]:
    while rows := list(islice(table.rows, PORTION)):
        yield rows


def _row(path: Path, form: str, name: str, acting: Actor, now: datetime) -> models.Import:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    row = models.Import.objects.select_for_update().filter(digest=digest).first()
    if row is None:
        row = models.Import(
            number=new_id(), name=name[:200], digest=digest, form=form, state=ImportState.PREVIEWED.value,
            created_at=now, created_by=acting.account,
        )  # fmt: skip
    return row


def _begin(row: models.Import, acting: Actor, now: datetime) -> None:
    row.state, row.finished_at = ImportState.RUNNING.value, None
    row.position = row.refused = row.matched = row.unmatched = row.new = row.changed = 0
    row.findings = {}
    row.save()
    audit.record(acting=acting, action="matters.import_begun", target=row.number, now=now, after={"name": row.name})


def _take(row: models.Import, judged: list[JudgedRow]) -> None:
    with outbox.unit_of_work():
        held = models.Import.objects.select_for_update().get(pk=row.pk)
        if held.position != row.position or held.state != ImportState.RUNNING.value:
            raise ImportUnderWay()
        standing = _standing(judged, row.number)
        counts = _Counts(row)
        counts.add(judged, standing)
        wanted = [one for one in _entries(row, judged) if standing.get(one.key) != _Standing.of(one)]
        models.ListedEntry.objects.bulk_create(
            wanted, update_conflicts=True, unique_fields=["key"], update_fields=list(_KEPT)
        )
        _set(row, counts.summary(row.name, row.form, ImportState.RUNNING))
        row.position += len(judged)
        row.save()


def _end(row: models.Import, acting: Actor, now: datetime) -> ImportSummary:
    with outbox.unit_of_work():
        row.state, row.rows, row.finished_at = ImportState.DONE.value, row.position, now
        row.save()
        done = summary_of(row)
        audit.record(acting=acting, action=ListImported.NAME, target=row.number, now=now, after=_told(done))
        if done.new or done.changed:
            outbox.emit(ListImported(row.number, done.rows, done.new, done.changed), now=now)
    return done


def _set(row: models.Import, counted: ImportSummary) -> None:
    row.rows = max(row.rows, counted.rows)
    row.refused, row.matched, row.unmatched = counted.refused, counted.matched, counted.unmatched
    row.new, row.changed, row.findings = counted.new, counted.changed, dict(counted.findings)


def _told(done: ImportSummary) -> dict[str, Any]:
    kept = ("name", "form", "rows", "refused", "matched", "unmatched", "new", "changed", "findings")
    return {name: value for name, value in asdict(done).items() if name in kept}


class _Standing(NamedTuple):
    """What tells whether an entry has to be written: what it says, of which file it is, what was found."""

    digest: str
    source: int
    findings: list[Any]

    @classmethod
    def of(cls, row: models.ListedEntry) -> _Standing:
        """What stands in a row."""
        return cls(row.digest, row.source_id, row.findings)


def _standing(judged: list[JudgedRow], number: str) -> dict[str, _Standing]:
    found = models.ListedEntry.objects.filter(key__in=[_key(one, number) for one in judged])
    return {row.key: _Standing.of(row) for row in found.only("key", "digest", "source_id", "findings")}


def _key(one: JudgedRow, number: str) -> str:
    """A row without a code has a place in its file and nothing else to be known by."""
    return one.listed.key if one.listed.code else f"{number}:{one.listed.line}"


def _entries(row: models.Import, judged: list[JudgedRow]) -> Iterator[models.ListedEntry]:
    for one in judged:
        listed, match = one.listed, one.match
        yield models.ListedEntry(
            key=_key(one, row.number),
            source=row,
            line=listed.line,
            digest=_digest(one),
            code=listed.code,
            name=storable(listed.name)[:1000],
            main_item=storable(listed.main_item)[:1000],
            task_type=listed.task_type[:2],
            area=listed.area[:12],
            body=storable(listed.body)[:200],
            body_name=storable(listed.body_name),
            outcome=one.outcome.value,
            catalog_code=match.catalog_code if match else "",
            score=round(match.score * 1000) if match else 0,
            reasons=list(match.reasons) if match else [],
            rules=f"^{'^'.join(sorted({found.rule for found in one.findings}))}^",
            findings=msgspec.to_builtins(one.findings),
            values=storable(msgspec.to_builtins(listed.values)),
        )


def _digest(one: JudgedRow) -> str:
    """What the row says and for what it is taken; where it stands in a file, and beside what, is not among it."""
    said = [msgspec.to_builtins(part) for part in (one.listed.values, one.outcome, one.match)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


class _Counts:
    """What became of the rows so far."""

    def __init__(self, row: models.Import | None = None) -> None:
        self._rows = row.position if row else 0
        self._outcomes = Counter(
            {Outcome.REFUSED: row.refused, Outcome.MATCHED: row.matched, Outcome.UNMATCHED: row.unmatched}
            if row
            else {}
        )
        self._new, self._changed = (row.new, row.changed) if row else (0, 0)
        self._findings: Counter[str] = Counter(row.findings if row else {})

    def add(self, judged: list[JudgedRow], standing: dict[str, _Standing]) -> None:
        """Count a portion; `standing`: key → what was there before."""
        for one in judged:
            self._rows += 1
            self._outcomes[one.outcome] += 1
            self._findings.update(found.rule for found in one.findings)
            before = standing.get(one.listed.key)
            if one.outcome is not Outcome.REFUSED:
                self._new += before is None
                self._changed += before is not None and before.digest != _digest(one)

    def summary(self, name: str, form: str, state: ImportState) -> ImportSummary:
        """The counts as others read them."""
        return ImportSummary(
            number="",
            name=name,
            form=form,
            state=state,
            rows=self._rows,
            position=self._rows,
            refused=self._outcomes[Outcome.REFUSED],
            matched=self._outcomes[Outcome.MATCHED],
            unmatched=self._outcomes[Outcome.UNMATCHED],
            new=self._new,
            changed=self._changed,
            findings=dict(sorted(self._findings.items())),
        )
