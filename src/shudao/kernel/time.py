"""
The house's one source of time, injected so that a seeded run replays identically.

Instants are aware UTC. Days are local dates of the province (`LOCAL`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Clock] = ContextVar("clock", default=_system)


def now() -> datetime:
    """Return the present instant, aware, UTC, from the injected clock."""
    return _clock.get()()


def local_date(instant: datetime) -> date:
    """Return the province's calendar day of `instant`. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return instant.astimezone(LOCAL).date()


@contextlib.contextmanager
def using_clock(clock: Clock) -> Iterator[None]:
    """Let `now()` answer from `clock` inside the block."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)


def fixed(instant: datetime) -> Clock:
    """Return a clock that stands at `instant` (aware)."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return lambda: instant
