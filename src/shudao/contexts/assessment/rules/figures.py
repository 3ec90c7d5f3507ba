"""
The figures themselves: facts are counted into whole numbers, and only the last step divides.

Numerators and denominators are integers, so the order of the facts changes nothing; the one division is a Decimal
rounded half up to four decimals. That is what lets anybody with the same rows get the same digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext

from shudao.contexts.assessment.contracts import CaseFact, MatterFact, RatingFact, Score, Unit

_PLACES = Decimal("0.0001")
_LEVEL_PREFIXES = (2, 4, 6)


def units_of(division: str, department_kind: str) -> Iterator[Unit]:
    """
    Yield every unit that a fact of `division` (12 digits) counts for: province, prefecture and county above it, each
    with all departments and with the fact's own line of departments.
    """
    seen = set()
    for length in _LEVEL_PREFIXES:
        code = division[:length].ljust(12, "0")
        if code not in seen:
            seen.add(code)
            yield Unit(code)
            yield Unit(code, department_kind)


def divide(numerator: int, denominator: int) -> str | None:
    """
    Return numerator ÷ denominator with exactly four decimals, half up ("0.6667"); None when the denominator is 0.

    Source:
        MISSION M17; proved by tests/contexts/assessment/rules/test_figures.py
    """
    if denominator == 0:
        return None
    with localcontext() as context:
        context.prec = 50
        return str((Decimal(numerator) / Decimal(denominator)).quantize(_PLACES, rounding=ROUND_HALF_UP))


class Tally:
    """Counts facts into (indicator, unit) → numerator, denominator."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Unit], list[int]] = defaultdict(lambda: [0, 0])

    def matters(self, facts: Iterable[MatterFact]) -> int:
        """Count implementations; return how many."""
        count = 0
        for count, fact in enumerate(facts, 1):  # noqa: B007  the last index is the count
            parts = (("declared_online_rate", fact.tier >= 3, 1), ("declared_one_visit_rate", fact.visits <= 1, 1))
            self._add(fact.division, fact.department_kind, parts)
        return count

    def cases(self, facts: Iterable[CaseFact]) -> int:
        """Count finished cases; return how many."""
        count = 0
        for count, fact in enumerate(facts, 1):  # noqa: B007
            on_time = () if fact.due_on is None else (("on_time_rate", fact.completed_on <= fact.due_on, 1),)
            parts = (
                ("exercised_online_rate", fact.visits == 0, 1),
                ("visits_per_case", fact.visits, 1),
                ("fetched_material_share", fact.fetched, fact.fetched + fact.asked),
                *on_time,
            )
            self._add(fact.division, fact.department_kind, parts)
        return count

    def ratings(self, facts: Iterable[RatingFact]) -> int:
        """Count ratings; return how many."""
        count = 0
        for count, fact in enumerate(facts, 1):  # noqa: B007
            self._add(fact.division, fact.department_kind, (("mean_rating", fact.level, 1),))
        return count

    def scores(self) -> list[Score]:
        """Return every score, ordered by indicator, division, department kind."""
        ordered = sorted(
            self._counts.items(), key=lambda item: (item[0][0], item[0][1].division, item[0][1].department_kind)
        )
        return [Score(code, unit, top, bottom, divide(top, bottom)) for (code, unit), (top, bottom) in ordered]

    def _add(self, division: str, kind: str, parts: Iterable[tuple[str, int, int]]) -> None:
        for unit in units_of(division, kind):
            for code, top, bottom in parts:
                pair = self._counts[code, unit]
                pair[0] += top
                pair[1] += bottom
