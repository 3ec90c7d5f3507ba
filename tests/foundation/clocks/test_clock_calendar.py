"""The calendar file agrees with a second source on every day that source covers, and knows what it does not know."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shudao.foundation.clocks.rules.calendar import SpecialDay, WorkCalendar
from shudao.kernel.texts import Text

DATA = Path(__file__).resolve().parents[3] / "src/shudao/foundation/clocks/data/calendar_cn.csv"


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    with DATA.open(encoding="utf-8") as lines:
        return WorkCalendar.of(
            SpecialDay(
                date.fromisoformat(row["day"]),
                row["kind"] == "makeup",
                Text(row["name"], row["name_en"]),
                row["provisional"] == "1",
            )
            for row in csv.DictReader(lines)
        )


def test_every_day_of_2020_to_2026_agrees_with_a_second_source(calendar: WorkCalendar) -> None:
    day, wrong = date(2020, 1, 1), []
    while day <= date(2026, 12, 31):
        if calendar.is_working(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert not wrong


def test_a_year_is_known_once_its_arrangement_is(calendar: WorkCalendar) -> None:
    assert calendar.known_years == set(range(2020, 2027))
    assert not calendar.known(date(2027, 3, 1))
    assert not calendar.known(date(2019, 3, 1))


def test_the_statutory_days_of_2027_are_thirteen(calendar: WorkCalendar) -> None:
    days = [day for day in calendar.days if day.year == 2027]
    assert len(days) == 13
    assert not any(calendar.is_working(day) for day in days)
    assert {date(2027, 2, 5), date(2027, 2, 8), date(2027, 5, 2), date(2027, 10, 3)} <= set(days)


def test_the_next_working_day_skips_a_holiday(calendar: WorkCalendar) -> None:
    assert calendar.next_working(date(2026, 9, 30)) == date(2026, 10, 8)
    assert calendar.next_working(date(2026, 10, 9)) == date(2026, 10, 10), "a Saturday that is worked"
