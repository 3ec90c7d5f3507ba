"""What a rating may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from shudao.contexts.participation.contracts import COMMENT_LIMIT, LEVELS, OFFLINE, ONLINE
from shudao.kernel.texts import Text


def asked(channel: str) -> dict[str, Text]:
    """Return the dimensions of a channel: those of the platform on line, else those of the window."""
    return ONLINE if channel == "online" else OFFLINE


def problems(level: int, dimensions: Mapping[str, int], comment: str, channel: str) -> dict[str, str]:
    """
    Return what is wrong with a rating: field → sentence; empty when all is well.

    Source:
        facts/standards-and-sichuan.md §2; proved by tests/contexts/participation/rules/test_ratings.py
    """
    wrong: dict[str, str] = {}
    if level not in LEVELS:
        wrong["level"] = "请选择 1 至 5 级评价。"
    known = asked(channel)
    for name, value in dimensions.items():
        if name not in known:
            wrong[f"dimensions.{name}"] = "没有这项评价内容。"
        elif value not in LEVELS:
            wrong[f"dimensions.{name}"] = "请选择 1 至 5 级评价。"
    if len(comment) > COMMENT_LIMIT:
        wrong["comment"] = "意见最多 500 字。"
    return wrong


def contact_by(rated_on: date, workdays: int, is_working: Callable[[date], bool]) -> date:
    """Return the local day by which the department contacts the applicant: `workdays` working days after the rating."""
    day, counted = rated_on, 0
    while counted < workdays:
        day += timedelta(days=1)
        counted += is_working(day)
    return day
