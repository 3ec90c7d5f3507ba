"""Which body of the province answers for a business line."""

from __future__ import annotations

from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.foundation.regions import api as regions

# The province's service office keeps the catalogue, its justice department the law.
CATALOGUE_KEEPER, LAW_KEEPER = "zw", "sf"


def owner_of(kind: str) -> Department:
    """Return the province's body of the kind; where there is none, the service office's."""
    root = regions.roots()[0].code
    for one in (kind, CATALOGUE_KEEPER):
        found = identity.departments(kind=one, division=root)
        if found:
            return found[0]
    return identity.departments(division=root)[0]
