"""Scores as people read them: shares as percentages, means as they are, "no data" where there is no fact."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.contexts.assessment.contracts import Indicator, Score


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a page: `shown` for people, `number` for a chart (None without facts), and the counts behind it."""

    indicator: Indicator
    shown: str
    number: float | None
    numerator: int
    denominator: int


def figure(indicator: Indicator, score: Score | None) -> Figure:
    """Return the figure of `score`, which is None where the unit has no fact."""
    if score is None or score.value is None:
        return Figure(indicator, "—", None, 0, 0)
    number = float(score.value)
    if indicator.kind == "share":
        number = round(number * 100, 2)
    shown = f"{number:.2f}%" if indicator.kind == "share" else f"{number:.2f}"
    return Figure(indicator, shown, number, score.numerator, score.denominator)
