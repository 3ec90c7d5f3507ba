"""Which days are worked: five-day weeks, with what the yearly notice on holidays changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shudao.kernel.texts import Text

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday: off, or a weekend worked (`working`). `provisional`: not announced yet."""

    day: date
    working: bool
    name: Text
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """
    The working days of the country.

    A year is known once its whole arrangement is: it has rows, none of them provisional.

    Source:
        全国年节及纪念日放假办法 (State Council Order 795); proved by tests/foundation/clocks/test_clock_calendar.py
    """

    days: Mapping[date, SpecialDay]
    known_years: frozenset[int]

    @staticmethod
    def of(days: Iterable[SpecialDay]) -> WorkCalendar:
        """Return the calendar that these days make."""
        table = {special.day: special for special in days}
        years = {day.year for day in table}
        unsure = {day.year for day, special in table.items() if special.provisional}
        return WorkCalendar(table, frozenset(years - unsure))

    def is_working(self, day: date) -> bool:
        """Return whether offices work on `day`, as far as is known."""
        special = self.days.get(day)
        return special.working if special else day.weekday() < 5

    def known(self, day: date) -> bool:
        """Return whether the arrangement of the day's year has been announced."""
        return day.year in self.known_years

    def special(self, day: date) -> SpecialDay | None:
        """Return what is special about `day`, if anything."""
        return self.days.get(day)

    def next_working(self, day: date) -> date:
        """Return the first working day after `day`."""
        day += ONE_DAY
        while not self.is_working(day):
            day += ONE_DAY
        return day
