"""The silo map: who offers data, who uses whose, and who does neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Local days, today included, whose calls are counted.
DAYS = 90


@dataclass(frozen=True, slots=True)
class DepartmentUse:
    """
    One department on the map.

    Args:
        department: Its credit code.
        offered: Resources that it offers today.
        used: Of these, how many another department called in the days counted.
        granted: Resources of others for which it holds a right today.
        uses: Resources of others that it called in the days counted.
        given: Calls that others made of its resources.
        made: Calls that it made of others' resources.
    """

    department: str
    offered: int
    used: int
    granted: int
    uses: int
    given: int
    made: int

    @property
    def isolated(self) -> bool:
        """Whether it neither offers anything nor uses or may use anything of others."""
        return not (self.offered or self.granted or self.uses)

    @property
    def unused(self) -> bool:
        """Whether it offers something that nobody called."""
        return self.offered > 0 and self.used == 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One department's use of another's data: rights that stand today, and calls in the days counted."""

    provider: str
    user: str
    resources: int
    calls: int


@dataclass(frozen=True, slots=True)
class SiloMap:
    """The whole map, with the local days counted: departments by code, pairs with most calls first."""

    since: date
    until: date
    departments: tuple[DepartmentUse, ...]
    pairs: tuple[Pair, ...]
