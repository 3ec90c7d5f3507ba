"""Which bodies there are."""

from __future__ import annotations

from collections.abc import Iterable

from shudao.foundation.identity import models
from shudao.foundation.identity.contracts import Department, UnknownDepartment
from shudao.foundation.identity.rules import writing
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text

_CHUNK = 500


def one(code: str) -> Department:
    row = models.Department.objects.filter(pk=code).first() if writing.is_line(code) else None
    if row is None:
        raise UnknownDepartment()
    return _told(row)


def many(codes: Iterable[str]) -> dict[str, Department]:
    wanted = sorted(filter(writing.is_line, set(codes)))
    found = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = models.Department.objects.filter(pk__in=wanted[start : start + _CHUNK])
        found.update({row.code: _told(row) for row in rows})
    return found


def listing(*, division: str | None, kind: str | None, level: int | None) -> list[Department]:
    rows = models.Department.objects.all()
    if division is not None:
        rows = rows.filter(division=division)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if level is not None:
        rows = rows.filter(level=level)
    return [_told(row) for row in rows.order_by("division", "kind")]


def responsible(kind: str, division: str) -> Department | None:
    # Codes of a chain sort from the province down: the last row is the nearest body.
    chain = regions.chain(division)
    row = models.Department.objects.filter(kind=kind, division__in=chain).order_by("-division").first()
    return None if row is None else _told(row)


def _told(row: models.Department) -> Department:
    return Department(row.code, Text(row.name, row.name_en), row.kind, row.division, row.level)
