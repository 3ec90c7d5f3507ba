"""A small calendar around October 2026 and any calendar at all, for the rules' tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from shudao.foundation.clocks.contracts import Limit, PauseReason, Unit
from shudao.foundation.clocks.rules.calendar import SpecialDay, WorkCalendar
from shudao.foundation.clocks.rules.deadline import Pause
from shudao.kernel.texts import Text

NATIONAL = Text("国庆节", "National Day")
AUTUMN_2026 = WorkCalendar.of(
    [
        *(SpecialDay(date(2026, 10, day), False, NATIONAL) for day in range(1, 8)),
        SpecialDay(date(2026, 9, 20), True, NATIONAL),
        SpecialDay(date(2026, 10, 10), True, NATIONAL),
        SpecialDay(date(2027, 1, 1), False, Text("元旦", "New Year's Day"), provisional=True),
    ]
)
FIRST = date(2026, 1, 1)
days = st.integers(0, 300).map(lambda number: FIRST + timedelta(days=number))
limits = st.builds(Limit, st.integers(0, 12), st.sampled_from(list(Unit)))
working_limits = st.integers(1, 60).map(lambda amount: Limit(amount, Unit.WORKDAY))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Weekdays off and weekends worked, here and there."""
    special = draw(st.dictionaries(days, st.none(), max_size=40))
    return WorkCalendar.of(SpecialDay(day, day.weekday() >= 5, NATIONAL) for day in special)


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    """Up to four pauses in order, none overlapping, all over."""
    edges = sorted(draw(st.lists(days, min_size=0, max_size=8, unique=True)))
    reasons = st.sampled_from(list(PauseReason))
    return [Pause(first, until, draw(reasons)) for first, until in zip(edges[::2], edges[1::2], strict=False)]
