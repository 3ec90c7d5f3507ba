"""The errors that a generated delivery carries, and so the truth about it: which rows are bad, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Rule → share of the rows that break it and no other. Every rule has something to find.
SHARES = {
    "resident_id.check_digit": 0.005,
    "base.required": 0.003,
    "resident_id.required": 0.0001,
    "month.pattern": 0.0001,
    "insurance.code_list": 0.0001,
    "division.pattern": 0.0001,
    "base.range": 0.0001,
    "status.code_list": 0.0001,
    "paid_on.range": 0.0001,
    "key.unique": 0.0001,
}
RULES = tuple(SHARES)
_EDGES = np.cumsum(np.array(list(SHARES.values())), dtype=np.float32)
_AGAIN = RULES.index("key.unique")


class Differs(AssertionError):
    """What was found is not what was planted, or lost rows: no figure of such a run counts."""


def agree(what: str, found: object, expected: object) -> None:
    """Raise Differs unless the two are the same."""
    if found != expected:
        raise Differs(f"{what}: {found}, not {expected}")


@dataclass(frozen=True, slots=True)
class Planted:
    """The bad rows of one portion: where (ascending, from 0), and the place in `RULES` of the rule that each breaks."""

    rows: int
    at: NDArray[np.int64]
    rule: NDArray[np.int64]

    def of(self, rule: str) -> NDArray[np.int64]:
        """Return where the rows lie that break the rule."""
        return self.at[self.rule == RULES.index(rule)]


@dataclass(frozen=True, slots=True)
class Truth:
    """How many rows a delivery has, and how many break each rule; no row breaks two."""

    rows: int
    broken: dict[str, int]

    @property
    def bad(self) -> int:
        """How many rows break any."""
        return sum(self.broken.values())


def draw(chance: np.random.Generator, rows: int) -> Planted:
    """Draw a portion's bad rows. A row that stands twice comes right behind the good one that it repeats."""
    drawn = chance.random(rows, np.float32)
    at = np.flatnonzero(drawn < _EDGES[-1])
    rule = np.searchsorted(_EDGES, drawn[at], side="right")
    lonely = (rule == _AGAIN) & ((at == 0) | np.isin(at - 1, at))
    return Planted(rows, at[~lonely], rule[~lonely])


def truth(portions: Iterable[Planted]) -> Truth:
    """Add the portions up."""
    rows, counts = 0, np.zeros(len(RULES), np.int64)
    for one in portions:
        rows += one.rows
        counts += np.bincount(one.rule, minlength=len(RULES))
    return Truth(rows, {rule: int(count) for rule, count in zip(RULES, counts, strict=True) if count})
