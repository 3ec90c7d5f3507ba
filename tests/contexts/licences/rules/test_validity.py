"""How long a licence counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shudao.contexts.licences.contracts import LicenceState
from shudao.contexts.licences.rules.validity import last_day, state_of


@pytest.mark.parametrize(
    ("start", "years", "last"),
    [
        (date(2026, 11, 24), 1, date(2027, 11, 23)),
        (date(2026, 1, 1), 5, date(2030, 12, 31)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),
        (date(2026, 11, 24), 0, None),
    ],
)
def test_the_last_day_is_the_day_before_the_anniversary(start: date, years: int, last: date | None) -> None:
    assert last_day(start, years) == last


def test_a_revocation_outweighs_an_end() -> None:
    gone = datetime(2026, 1, 1, tzinfo=UTC)
    assert state_of(date(2020, 1, 1), gone, date(2026, 1, 1)) is LicenceState.REVOKED
    assert state_of(date(2026, 1, 1), None, date(2026, 1, 1)) is LicenceState.VALID
    assert state_of(date(2026, 1, 1), None, date(2026, 1, 2)) is LicenceState.EXPIRED
    assert state_of(None, None, date(2999, 1, 1)) is LicenceState.VALID
