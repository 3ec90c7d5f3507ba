"""
The divisions down to the township, kept in memory: some 3,300 rows that every page asks for and nobody changes.

Dropped when divisions are loaded in this process. Other processes keep what they have until they start anew, or until
they are asked for a code they do not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection, transaction

from shudao.foundation.regions import models
from shudao.foundation.regions.contracts import TOWNSHIP, Division
from shudao.kernel.texts import Text


@dataclass(slots=True)
class Upper:
    """Divisions by code, the codes below each in order, and populations."""

    divisions: dict[str, Division] = field(default_factory=dict)
    below: dict[str | None, list[str]] = field(default_factory=dict)
    population: dict[str, int] = field(default_factory=dict)


_kept: Upper | None = None
_loader: object | None = None  # the outermost transaction of a load that has not committed


def upper() -> Upper:
    global _kept, _loader
    if _loader is not None and _loader is not _transaction():
        # The load was undone, or is another thread's and not yet true for this one.
        _kept = _loader = None
    kept = _kept
    if kept is None:
        kept = _read()
        # An empty table is not worth remembering: the load may come from another process.
        _kept = kept if kept.divisions else None
    return kept


def forget() -> None:
    global _kept, _loader
    _kept, _loader = None, None


def forget_until_committed() -> None:
    """For a load under way: what it wrote counts inside its transaction, and for all once that commits."""
    global _kept, _loader
    _kept, _loader = None, _transaction()
    transaction.on_commit(forget)


def _transaction() -> object | None:
    blocks = connection.atomic_blocks
    return blocks[0] if blocks else None


def told(row: models.Division) -> Division:
    return Division(row.code, Text(row.name, row.name_en), row.level, row.parent_id, row.zone, row.counted)


def _read() -> Upper:
    found = Upper()
    for row in models.Division.objects.filter(level__lte=TOWNSHIP).order_by("code"):
        found.divisions[row.code] = told(row)
        found.below.setdefault(row.parent_id, []).append(row.code)
        if row.population is not None:
            found.population[row.code] = row.population
    return found
