"""The door to barriers: finding them, and what each one is."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange.contracts.barriers import Barrier
from shudao.contexts.exchange.queries import barriers
from shudao.contexts.exchange.services import barring


def find_barriers(*, now: datetime) -> tuple[int, int]:
    """
    Find what stands between data and matters: refused, late, expired, unused, broken, missing. Runs every five minutes.

    Returns:
        How many barriers are new or changed, and how many are gone: a second run at once says (0, 0).

    Emits:
        BarrierFound for each that is new or changed, BarrierGone for each whose cause is gone.

    Source:
        MISSION M13; proved by tests/contexts/exchange/test_barriers.py
    """
    return barring.find_barriers(now=now)


def barrier(number: str) -> Barrier:
    """Return one barrier, also one that is gone. Raises NotFound."""
    return barriers.barrier(number)
