"""How many attempts to sign in are allowed before the door closes for a while. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
CLOSED_FOR = timedelta(minutes=15)
ATTEMPTS_FOR_AN_ACCOUNT = 5
ATTEMPTS_FROM_AN_ADDRESS = 50


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts that have not succeeded: how many since when, and until when the door is closed."""

    failures: int
    since: datetime
    blocked_until: datetime | None


def closed_until(attempts: Attempts | None, now: datetime) -> datetime | None:
    """Return until when nobody may try, None while the door is open."""
    if attempts is None or attempts.blocked_until is None or attempts.blocked_until <= now:
        return None
    return attempts.blocked_until


def count(attempts: Attempts | None, *, allowed: int, now: datetime) -> Attempts:
    """
    Return what one more attempt makes of the count. It is counted before the password is looked at, so that attempts
    made at the same instant count too; success takes it back.

    Args:
        attempts: What was counted so far, None for the first.
        allowed: Attempts inside the window; the last of them closes the door.
        now: Aware, UTC. A clock that went back starts a new window.
    """
    if attempts is None or not timedelta(0) <= now - attempts.since < WINDOW or _was_closed(attempts, now):
        attempts = Attempts(failures=0, since=now, blocked_until=None)
    failures = attempts.failures + 1
    blocked = now + CLOSED_FOR if failures >= allowed else None
    return Attempts(failures=failures, since=attempts.since, blocked_until=blocked)


def _was_closed(attempts: Attempts, now: datetime) -> bool:
    return attempts.blocked_until is not None and attempts.blocked_until <= now
