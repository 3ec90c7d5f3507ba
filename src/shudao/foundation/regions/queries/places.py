"""Service points of divisions."""

from __future__ import annotations

from shudao.foundation.regions.contracts import COUNTY, Division, DivisionNotFound, ServicePoint
from shudao.foundation.regions.queries import divisions
from shudao.foundation.regions.rules import codes, places


def points(division: str, *, below: bool) -> list[ServicePoint]:
    if not below:
        one = divisions.get(division)
        return [places.point(divisions.ancestors(division))] if places.has_point(one) else []
    divisions.get(division)
    found = divisions.listing(level=None, below=division)
    held = {one.code: one for one in found}
    return [places.point(_line(one, held)) for one in found if places.has_point(one)]


def point(code: str) -> ServicePoint:
    division = places.division_of(code)
    found = points(division, below=False) if division else []
    if not found:
        raise DivisionNotFound()
    return found[0]


def hall_of(division: str) -> ServicePoint | None:
    for code in reversed(codes.chain(division)):
        if codes.level_of(code) <= COUNTY and code in divisions.find([code]):
            return places.point(divisions.ancestors(code))
    return None


def _line(division: Division, held: dict[str, Division]) -> list[Division]:
    """The chain of a division; parents come from `held` or from memory, never one query each."""
    line = [division]
    while line[0].parent is not None:
        line.insert(0, held.get(line[0].parent) or divisions.get(line[0].parent))
    return line
