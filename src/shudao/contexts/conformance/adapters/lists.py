"""Lists of matters as a system of another house hands them out: CSV, read line by line, however long."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from shudao.contexts.conformance.contracts.duplicates import Entry, ListUnreadable

_COLUMNS = frozenset(("item_code", "name", "department", "area_code"))


def entries(path: Path) -> Iterator[Entry]:
    """Yield the rows of a list with Sichuan's own columns. Raises ListUnreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if not _COLUMNS.issubset(rows.fieldnames or ()):
                raise ListUnreadable()
            for row in rows:
                yield Entry(
                    code=row["item_code"] or "",
                    name=row["name"] or "",
                    department=row["department"] or "",
                    division=row["area_code"] or "",
                )
    except (UnicodeDecodeError, csv.Error, OSError) as fault:
        raise ListUnreadable() from fault
