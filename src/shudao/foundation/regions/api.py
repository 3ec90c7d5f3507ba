"""
The door of regions: divisions from the province to the village, their zones, people and places of service.

Codes always have 12 digits. Divisions down to the township are answered from memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shudao.foundation.regions.contracts import Counts, Division, ServicePoint, Zone
from shudao.foundation.regions.queries import divisions as _divisions
from shudao.foundation.regions.queries import maps as _maps
from shudao.foundation.regions.queries import places as _places
from shudao.foundation.regions.queries import upper as _upper
from shudao.foundation.regions.rules import codes as _codes
from shudao.foundation.regions.services import load as _load

SICHUAN = Path(__file__).resolve().parent / "data"


def span(code: str) -> tuple[str, str]:
    """
    Return the lowest and highest code of the subtree under `code`, itself included: for BETWEEN on a copied column.

    Raises:
        DivisionCodeInvalid: not 12 digits.
    """
    return _codes.span(code)


def level_of(code: str) -> int:
    """Return the level a code is written at, 1 province … 5 village. Raises DivisionCodeInvalid."""
    return _codes.level_of(code)


def within(code: str, root: str) -> bool:
    """Return whether `code` is `root` or below it. Raises DivisionCodeInvalid."""
    return _codes.within(code, root)


def parent_of(code: str) -> str | None:
    """Return the code one level up, None for a province. Raises DivisionCodeInvalid."""
    return _codes.parent_of(code)


def chain(code: str) -> tuple[str, ...]:
    """Return the codes from the province to `code` itself, whether or not they exist. Raises DivisionCodeInvalid."""
    return _codes.chain(code)


def get(code: str) -> Division:
    """
    Return one division.

    Raises:
        DivisionNotFound: there is none.
        DivisionCodeInvalid: not 12 digits.
    """
    return _divisions.get(code)


def find(codes: Iterable[str]) -> dict[str, Division]:
    """Return the divisions of these codes by code; unknown codes are left out. At most a query per 500 villages."""
    return _divisions.find(codes)


def children(code: str) -> list[Division]:
    """Return the divisions directly below, by code. Raises DivisionNotFound."""
    return _divisions.children(code)


def ancestors(code: str) -> list[Division]:
    """Return the chain of divisions from the province to this one, itself last. Raises DivisionNotFound."""
    return _divisions.ancestors(code)


def roots() -> list[Division]:
    """Return the provinces that are loaded, by code."""
    return _divisions.roots()


def divisions(*, level: int | None = None, below: str | None = None) -> list[Division]:
    """Return all divisions, those not counted included, by code: of one level, below one, or both."""
    return _divisions.listing(level=level, below=below)


def counts() -> dict[int, int]:
    """Return how many government units there are by level (1–5); units that are no government are left out."""
    return _divisions.counts()


def search(text: str, *, level: int | None = None, limit: int = 20) -> list[Division]:
    """Return divisions whose Chinese or English name holds `text`: exact first, then beginnings, then by level."""
    return _divisions.search(text, level=level, limit=limit)


def service_points(division: str, *, below: bool = False) -> list[ServicePoint]:
    """
    Return the place of service of a division, with those of everything below it where `below`, by division code.

    Raises:
        DivisionNotFound: there is no such division.
    """
    return _places.points(division, below=below)


def service_point(code: str) -> ServicePoint:
    """Return one place of service by its code (H, T or V and the division's code). Raises DivisionNotFound."""
    return _places.point(code)


def hall_of(division: str) -> ServicePoint | None:
    """Return the government service hall of the division, else of the nearest one above that has one."""
    return _places.hall_of(division)


def boundaries(level: int) -> dict[str, Any]:
    """
    Return the outlines of prefectures (2) or counties (3) of all loaded provinces as a GeoJSON FeatureCollection.

    Each feature's properties hold `code` (12 digits), `name` and `name_en`; `note` says that the map is schematic, and
    must be shown with it.
    """
    return _maps.boundaries(level)


def population(code: str) -> int | None:
    """Return persons by the 2020 census of a province or prefecture; None where it is not kept."""
    return _divisions.population(code)


def zones() -> list[Zone]:
    """Return the economic zones in their usual order."""
    return _divisions.zones()


def load(folder: Path = SICHUAN, *, told: _load.Told = lambda done, total: None) -> Counts:
    """
    Load a province from a folder (format: README): all of it, or nothing. The same folder again changes nothing.

    Args:
        folder: Holds manifest.json and the files it names; the Sichuan extract by default.
        told: Called with rows done and rows in all as the work goes on.

    Returns:
        What is there afterwards, all provinces together.

    Raises:
        ExtractBroken: the folder does not hold what its manifest says.
    """
    return _load.load(folder, told=told)


def forget() -> None:
    """Drop what this process keeps in memory: for tests that undo a load, and after another process loaded anew."""
    _upper.forget()
