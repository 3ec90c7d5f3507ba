"""Generate the bodies of every division by rule."""

from __future__ import annotations

from collections.abc import Callable

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import models
from shudao.foundation.identity.rules import kinds
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import Division
from shudao.kernel.time import now

Told = Callable[[int, int], None]
_BATCH = 4000
_FIELDS = ["name", "name_en", "kind", "division", "level"]


def load(*, told: Told) -> int:
    rows = [row for division in regions.divisions() if division.counted for row in _bodies(division)]
    with outbox.unit_of_work():
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            models.Department.objects.bulk_create(
                batch, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS
            )
            told(start + len(batch), len(rows))
        audit.record(
            acting=SYSTEM,
            action="identity.load_departments",
            target="departments",
            now=now(),
            after={"departments": len(rows)},
        )
    return len(rows)


def _bodies(division: Division) -> list[models.Department]:
    return [
        models.Department(
            code=kinds.code(kind, division.code),
            name=kinds.name(kind, place=division.name.zh, level=division.level),
            name_en=kinds.name_en(kind, place=division.name.en, level=division.level),
            kind=kind.code,
            division=division.code,
            level=division.level,
        )
        for kind in kinds.at(division.level)
    ]
