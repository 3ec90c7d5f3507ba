"""Where the demo's people live: the province's villages and communities, as the house's regions know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A village or community: its 12-digit code, its full address, and the short names of its county and city."""

    code: str
    address: str
    county: str
    city: str


def places(divisions: Iterable[tuple[str, str]]) -> list[Place]:
    """
    Return the villages among `divisions` ((12-digit code, Chinese name), any order), by code.

    Villages whose city or county is not among them are left out.
    """
    names = dict(divisions)
    found = []
    for code in sorted(names):
        city, county = names.get(code[:4] + "0" * 8), names.get(code[:6] + "0" * 6)
        if code[9:] != "000" and city and county:
            township = names.get(code[:9] + "000", "")
            found.append(Place(code, f"四川省{city}{county}{township}{names[code]}", county, city))
    return found
