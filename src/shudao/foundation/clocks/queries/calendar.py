"""The calendar as the table has it."""

from __future__ import annotations

from shudao.foundation.clocks.models import CalendarDay
from shudao.foundation.clocks.rules.calendar import SpecialDay, WorkCalendar
from shudao.kernel.texts import Text


def calendar() -> WorkCalendar:
    rows = CalendarDay.objects.values_list("day", "working", "name", "name_en", "provisional")
    return WorkCalendar.of(
        SpecialDay(day, working, Text(name, name_en), provisional) for day, working, name, name_en, provisional in rows
    )
