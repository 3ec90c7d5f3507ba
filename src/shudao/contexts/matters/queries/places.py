"""What an implementation has from its place: names, the service point, phones. Read when shown, never copied."""

from __future__ import annotations

from shudao.contexts.matters.contracts import NO_TEXT
from shudao.contexts.matters.models import FormerImplementation, Implementation
from shudao.contexts.matters.rules import values
from shudao.contexts.matters.rules.inherit import Standing
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import ServicePoint
from shudao.kernel.texts import Text


def standing(row: Implementation | FormerImplementation) -> Standing:
    """Read everything of an implementation that it does not inherit."""
    division = regions.get(row.division)
    point = _point(row.division)
    return Standing(
        task_code=row.task_code,
        version=row.version,
        state=row.state,
        division=row.division,
        division_name=division.name,
        use_level=row.use_level,
        department=row.department,
        department_name=Text(row.department_name, row.department_name_en),
        body_kind=row.body_kind,
        entrusted_by=_entrusted_by(row),
        place_name=point.name if point else NO_TEXT,
        place=point.address if point else NO_TEXT,
        open_hours=point.hours if point else NO_TEXT,
        phone=point.phone if point else "",
        complaint_phone=complaint_phone(row.division),
    )


def complaint_phone(division: str) -> str:
    """Return the government hotline that takes complaints about bodies of the division, with its area code."""
    prefecture = values.label("area_code", division[:4]).zh
    area = prefecture if prefecture.startswith("0") else values.label("area_code", division[:2]).zh
    return f"{area}-12345"


def _point(division: str) -> ServicePoint | None:
    own = regions.service_points(division)
    return own[0] if own else regions.hall_of(division)


def _entrusted_by(row: Implementation | FormerImplementation) -> Text:
    kind = row.item_version.department_kind
    if kind == row.body_kind:
        return NO_TEXT
    above = identity.responsible(kind, row.division)
    return above.name if above else NO_TEXT
