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
    return Places().standing(row, row.item_version.department_kind)


class Places:
    """What divisions give to their implementations, each read once; for many rows in a row."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._points: dict[str, ServicePoint | None] = {}
        self._names: dict[str, Text] = {}
        self._above: dict[tuple[str, str], Text] = {}

    def standing(self, row: Implementation | FormerImplementation, kind: str) -> Standing:
        """Return everything of an implementation that it does not inherit; `kind`: its item's business line."""
        point = self._point(row.division)
        return Standing(
            task_code=row.task_code,
            version=row.version,
            state=row.state,
            division=row.division,
            division_name=self._name(row.division),
            use_level=row.use_level,
            department=row.department,
            department_name=Text(row.department_name, row.department_name_en),
            body_kind=row.body_kind,
            entrusted_by=NO_TEXT if kind == row.body_kind else self._entrusting(kind, row.division),
            place_name=point.name if point else NO_TEXT,
            place=point.address if point else NO_TEXT,
            open_hours=point.hours if point else NO_TEXT,
            phone=point.phone if point else "",
            complaint_phone=complaint_phone(row.division),
        )

    def _name(self, division: str) -> Text:
        if division not in self._names:
            self._names[division] = regions.get(division).name
        return self._names[division]

    def _point(self, division: str) -> ServicePoint | None:
        if division not in self._points:
            own = regions.service_points(division)
            self._points[division] = own[0] if own else regions.hall_of(division)
        return self._points[division]

    def _entrusting(self, kind: str, division: str) -> Text:
        if (kind, division) not in self._above:
            above = identity.responsible(kind, division)
            self._above[kind, division] = above.name if above else NO_TEXT
        return self._above[kind, division]


def complaint_phone(division: str) -> str:
    """Return the government hotline that takes complaints about bodies of the division, with its area code."""
    prefecture = values.label("area_code", division[:4]).zh
    area = prefecture if prefecture.startswith("0") else values.label("area_code", division[:2]).zh
    return f"{area}-12345"
