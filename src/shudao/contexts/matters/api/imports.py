"""Lists of matters from elsewhere: looked at, taken in, read; what the exchange gets of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from shudao.contexts.matters.contracts.imports import ImportSummary, JudgedRow, ListedRow
from shudao.contexts.matters.queries import imports as _imports
from shudao.contexts.matters.services import exporting as _exporting
from shudao.contexts.matters.services import importing as _importing
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page

EXPORT_FORMATS = _exporting.FORMATS


def preview_list(path: Path, *, name: str, sample: int = 50) -> tuple[ImportSummary, list[JudgedRow]]:
    """
    Judge every row of a file and write nothing.

    Args:
        path: CSV (UTF-8 or GB18030), XLSX, JSON, or the archive that `export` writes; told by its content.
        name: What people call the file.
        sample: How many rows with findings are wanted.

    Returns:
        What an import would do, and the first rows with findings.

    Raises:
        ImportUnreadable: the file is no list of matters, or breaks a bound.
    """
    return _importing.preview(path, name=name, sample=sample)


def import_list(path: Path, *, name: str, acting: Actor, now: datetime) -> ImportSummary:
    """
    Take a file in: every row is kept with what became of it. Cut off, it goes on; taken in again, nothing changes.

    Raises:
        ImportUnreadable, ImportUnderWay, Forbidden, SignInNeeded.

    Emits:
        ListImported, where anything is new or changed.
    """
    return _importing.take_in(path, name=name, acting=acting, now=now)


def look_at_list(digest: str, *, name: str, acting: Actor, now: datetime) -> ImportSummary:
    """
    Judge a stored file and keep what was seen, so that somebody may let it begin. Entries are not written.

    Args:
        digest: The file in the store.
        name: What people call it.
        acting: A matter manager or the data bureau.
        now: Aware, UTC.

    Raises:
        ImportUnreadable, ImportUnderWay, Forbidden, SignInNeeded, NoSuchFile.
    """
    with _importing.stored(digest) as path:
        return _importing.register(path, name=name, acting=acting, now=now)


def judged_rows(number: str) -> Iterator[JudgedRow]:
    """Stream what would become of the rows of an import; nothing is written. Raises ImportNotFound."""
    return _importing.judged(number)


def begin_import(number: str, *, acting: Actor, now: datetime, key: str) -> ImportSummary:
    """
    Let an import that was looked at begin, or go on after it was cut off; a job does it.

    Raises:
        ImportNotFound, Forbidden, SignInNeeded.

    Emits:
        ImportBegun.
    """
    return _importing.begin(number, acting=acting, now=now, key=key)


def run_import(number: str, *, acting: Actor, now: datetime) -> ImportSummary:
    """Take in the stored file of an import that was begun: the job's work. Raises ImportNotFound, ImportUnderWay."""
    return _importing.take_in_stored(number, acting=acting, now=now)


def imports(*, page: int = 1, size: int = 20) -> Page[ImportSummary]:
    """Return imports, the latest first."""
    return _imports.imports(page, size)


def import_summary(number: str) -> ImportSummary:
    """Return one import. Raises ImportNotFound."""
    return _imports.one(number)


def listed_entries(
    number: str, *, outcome: str = "", rule: str = "", text: str = "", sort: str = "line", page: int = 1, size: int = 20
) -> Page[ListedRow]:
    """
    Return entries of an import.

    Args:
        number: The import.
        outcome: "matched", "unmatched" or "refused"; "" means all.
        rule: A code of list "import_rule" that the entry breaks; "" means any or none.
        text: Looked for in names and codes.
        sort: "line", "name" or "score", "-" before it for the other way round.
        page: From 1.
        size: 1–200.

    Raises:
        ImportNotFound, Invalid.
    """
    return _imports.entries(number, _imports.EntryFilter(outcome, rule, text, sort), page, size)


def every_listed_entry(number: str, *, outcome: str = "", rule: str = "", text: str = "") -> Iterator[ListedRow]:
    """Stream entries of an import by line; arguments as of `listed_entries`. Raises ImportNotFound."""
    return _imports.every_entry(number, _imports.EntryFilter(outcome, rule, text))


def export(form: str, out: Path, *, division: str | None = None) -> int:
    """
    Write the catalogue for others, the file whole or not at all.

    Args:
        form: One of EXPORT_FORMATS. "national" is an archive: the six tables as CSV and XLSX, and `matters.jsonl` with
            all fields of each implementation, which `import_list` takes in again without a change. The others are
            CPSV-AP 3.2.0 with a public service for every basic item.
        out: The file.
        division: 12 digits: only what is carried out there and below, in CPSV-AP instead of the basic items.

    Returns:
        How many matters are in it.
    """
    return _exporting.export(form, out, division=division)


def cpsv(form: str) -> bytes:
    """Return the basic catalogue in CPSV-AP 3.2.0, `form` "turtle" or "jsonld"."""
    return _exporting.cpsv_bytes(form)[0]
