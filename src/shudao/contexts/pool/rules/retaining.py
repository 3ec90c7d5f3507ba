"""How long snapshots stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shudao.contexts.pool.contracts.datasets import Keep


@dataclass(frozen=True, slots=True)
class Stood:
    """A snapshot: its number, the instant it is as of, and whether somebody wants it kept."""

    number: int
    as_of: datetime
    pinned: bool = False


def dropped(snapshots: Sequence[Stood], keep: Keep, now: datetime) -> list[int]:
    """
    Return the numbers of the snapshots that may go, ascending.

    Kept are the newest `keep.snapshots`, those that stood at any instant of the last `keep.days` days, and pinned ones.

    Source:
        ours; tests/contexts/pool/rules/test_retaining.py
    """
    since = now - timedelta(days=keep.days)
    newest_first = sorted(snapshots, key=lambda one: -one.number)
    found = []
    for place, one in enumerate(newest_first):
        # It stood until the next one came.
        if place >= max(keep.snapshots, 1) and not one.pinned and newest_first[place - 1].as_of < since:
            found.append(one.number)
    return sorted(found)
