"""Five working days to answer an application."""

from __future__ import annotations

from datetime import date

from shudao.contexts.cases.rules.answer import answer_by


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def test_the_day_of_receipt_does_not_count_and_weekends_do_not() -> None:
    assert answer_by(date(2026, 11, 24), weekdays) == date(2026, 12, 1)


def test_received_on_a_saturday_the_count_starts_on_monday() -> None:
    assert answer_by(date(2026, 11, 28), weekdays) == date(2026, 12, 4)
