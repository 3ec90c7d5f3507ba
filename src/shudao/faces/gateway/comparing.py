"""Yes or no: is what the caller says of a subject what the source says? Pure; the source's value never leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

Claim = str | int | float | bool | None


def agreed(rows: list[dict[str, object]], claims: Mapping[str, Claim]) -> dict[str, bool]:
    """
    Return for each claimed field whether the subject's row says the same; the form never depends on what it says.

    Where there are several rows the one that agrees most counts, the first among equals: all answers are of one row,
    never pieced together from several.
    """
    wanted = {name: _plain(claim) for name, claim in claims.items()}
    verdicts = [{name: _plain(row.get(name)) == value for name, value in wanted.items()} for row in rows]
    return max(verdicts, key=lambda verdict: sum(verdict.values()))


def _plain(value: object) -> str | None:
    """Return a value as the text that is compared: NFKC, without outer spaces; numbers by their value."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return unicodedata.normalize("NFKC", str(value)).strip()
