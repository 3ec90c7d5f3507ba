"""How long a licence counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shudao.contexts.licences.contracts import LicenceState


def last_day(valid_from: date, years: int) -> date | None:
    """
    Return the last local day a licence counts: the day before the anniversary, None for `years` 0 (without end).

    A licence from 29 February ends on 28 February of its last year.
    """
    if years == 0:
        return None
    try:
        anniversary = valid_from.replace(year=valid_from.year + years)
    except ValueError:  # 29 February, and the last year has none
        return date(valid_from.year + years, 2, 28)
    return anniversary - timedelta(days=1)


def state_of(valid_to: date | None, revoked_at: datetime | None, today: date) -> LicenceState:
    """Return what a licence is worth on a local day; a revocation outweighs an end."""
    if revoked_at is not None:
        return LicenceState.REVOKED
    if valid_to is not None and today > valid_to:
        return LicenceState.EXPIRED
    return LicenceState.VALID
