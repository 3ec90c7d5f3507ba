"""Boundaries for maps."""

from __future__ import annotations

from typing import Any

import msgspec

from shudao.foundation.regions import models


def boundaries(level: int) -> dict[str, Any]:
    features: list[Any] = []
    notes: list[str] = []
    for row in models.Boundaries.objects.filter(level=level).order_by("province"):
        held = msgspec.json.decode(row.geojson)
        features.extend(held["features"])
        notes.append(held.get("note", ""))
    return {"type": "FeatureCollection", "note": " ".join(sorted(set(notes))).strip(), "features": features}
