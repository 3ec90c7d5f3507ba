"""Values as they stand in a finding: JSON text, the same for equal values."""

from __future__ import annotations

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def written(value: Any) -> str:
    """Return a value of a matter (texts, limits, fees, sets, numbers) as JSON text; "" for None. Sets are sorted."""
    if value is None:
        return ""
    if isinstance(value, frozenset | set):
        value = sorted(value)
    return _ENCODER.encode(value).decode()
