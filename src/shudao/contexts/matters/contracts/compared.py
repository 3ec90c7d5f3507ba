"""What those read who hold implementations against their standard: rows as they are kept, nothing resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Listed(NamedTuple):
    """
    One implementation as its row says. A tuple, since hundreds of thousands of them are read in a row.

    `item` is the key of the basic item's version that it inherits from (`api.item_versions`); `overrides` the JSON text
    of its own values; the columns from `code` on are the copies that lists filter by.
    """

    task_code: str
    catalog_code: str
    item: int
    version: int
    division: str
    use_level: str
    department: str
    department_name: str
    department_name_en: str
    body_kind: str
    state: str
    overrides: str
    code: str
    name: str
    name_en: str
    task_type: str
    project_type: str
    department_kind: str
    tier: int
    visits: int
    legal_amount: int
    legal_unit: str
    promised_amount: int
    promised_unit: str


class Acting(NamedTuple):
    """A body and how many implementations it has that are not cancelled."""

    department: str
    division: str
    body_kind: str
    implementations: int


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule of the matter library: its number, the field to look at, and what is wrong (Chinese)."""

    rule: str
    field: str
    says: str
