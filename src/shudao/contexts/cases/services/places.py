"""Where something happened: a service point or a division, by code."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Place:
    """A place's code, the division it stands in and its name."""

    code: str
    division: str
    name: Text


def find(code: str) -> Place:
    """Return the place of a service point's or a division's code. Raises DivisionNotFound, DivisionCodeInvalid."""
    if code[:1].isalpha():
        point = regions.service_point(code)
        return Place(point.code, point.division, point.name)
    division = regions.get(code)
    return Place(code, division.code, division.name)
