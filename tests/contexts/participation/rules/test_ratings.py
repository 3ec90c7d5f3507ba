"""What a rating may say."""

from __future__ import annotations

from datetime import date

import pytest

from shudao.contexts.participation.rules.ratings import asked, contact_by, problems


def test_dimensions_differ_between_the_platform_and_the_window() -> None:
    assert "platform" in asked("online")
    assert "attitude" in asked("window")
    assert "attitude" not in asked("online")


def test_a_plain_rating_is_fine() -> None:
    assert problems(5, {"overall": 5, "guide": 1}, "", "online") == {}


@pytest.mark.parametrize(
    ("level", "dimensions", "comment", "field"),
    [
        (0, {}, "", "level"),
        (6, {}, "", "level"),
        (5, {"attitude": 5}, "", "dimensions.attitude"),
        (5, {"overall": 9}, "", "dimensions.overall"),
        (5, {}, "字" * 501, "comment"),
    ],
)
def test_what_is_wrong_is_named(level: int, dimensions: dict[str, int], comment: str, field: str) -> None:
    assert list(problems(level, dimensions, comment, "online")) == [field]


def test_contact_is_due_on_the_next_working_day() -> None:
    assert contact_by(date(2026, 11, 27), 1, lambda day: day.weekday() < 5) == date(2026, 11, 30)
